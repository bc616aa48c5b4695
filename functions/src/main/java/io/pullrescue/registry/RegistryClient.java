package io.pullrescue.registry;

import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.auth.AuthChallenge;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.registry.auth.TokenCache;
import io.pullrescue.registry.http.Deadline;
import io.pullrescue.registry.http.EndpointPolicy;
import io.pullrescue.registry.http.HttpTransport;
import io.pullrescue.registry.http.RateLimit;
import io.pullrescue.registry.http.RetryBudget;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Opens repositories of registries over the OCI distribution API.
 *
 * <p>Connections, tokens and challenges are shared by all images. Opening a repository sends no
 * request.
 */
public final class RegistryClient implements AutoCloseable {
  private final EndpointPolicy endpointPolicy;
  private final HttpTransport transport;
  private final TokenCache tokens;
  private final Map<URI, AuthChallenge> challenges = new ConcurrentHashMap<>();
  private final Options options;

  /**
   * What a client does beyond sending requests.
   *
   * @param maxConnectionsPerHost the maximum number of connections to each host
   * @param readOnly whether uploads succeed without sending anything, for a dry run
   * @param rateLimitListener receives the name of a registry and the rate limit that it reports
   *     when a manifest is looked up; registries without a limit are not reported
   * @param sleeper waits before a request is retried
   */
  public record Options(
      int maxConnectionsPerHost,
      boolean readOnly,
      BiConsumer<String, RateLimit> rateLimitListener,
      RetryBudget.Sleeper sleeper) {
    /** Creates options that wait in real time. */
    public Options(
        int maxConnectionsPerHost,
        boolean readOnly,
        BiConsumer<String, RateLimit> rateLimitListener) {
      this(maxConnectionsPerHost, readOnly, rateLimitListener, RetryBudget.Sleeper.SYSTEM);
    }

    /** Creates options with this number of connections and no rate limit listener. */
    public static Options withMaxConnectionsPerHost(int maxConnectionsPerHost) {
      return new Options(maxConnectionsPerHost, false, (registry, rateLimit) -> {});
    }
  }

  public RegistryClient(EndpointPolicy endpointPolicy, Options options) {
    this.endpointPolicy = endpointPolicy;
    this.transport = new HttpTransport(endpointPolicy, options.maxConnectionsPerHost());
    this.tokens = new TokenCache(transport);
    this.options = options;
  }

  /**
   * Opens the repository of an image for reading.
   *
   * @param credentials null for anonymous access
   */
  public SourceRepository sourceRepository(
      ImageReference image, @Nullable RegistryCredentials credentials, Deadline deadline) {
    return new SourceRepository(
        repositoryClient(image, "pull", credentials, deadline),
        deadline,
        rateLimit -> {
          if (!rateLimit.equals(RateLimit.UNLIMITED)) {
            options.rateLimitListener().accept(image.registry(), rateLimit);
          }
        });
  }

  /**
   * Opens the repository of a mirrored image for writing.
   *
   * @param credentials null for anonymous access
   */
  public DestinationRepository destinationRepository(
      ImageReference mirrorReference,
      @Nullable RegistryCredentials credentials,
      Deadline deadline) {
    return new DestinationRepository(
        repositoryClient(mirrorReference, "pull,push", credentials, deadline), options.readOnly());
  }

  /** Returns the number of requests sent so far to all registries. */
  public long requestCount() {
    return transport.requestCount();
  }

  private RepositoryClient repositoryClient(
      ImageReference image,
      String actions,
      @Nullable RegistryCredentials credentials,
      Deadline deadline) {
    var registry = endpointPolicy.endpoint(image.registry());
    return new RepositoryClient(
        transport,
        tokens,
        challenges,
        registry,
        image.repository(),
        actions,
        credentials,
        () -> new RetryBudget(deadline, options.sleeper()));
  }

  /** Closes the open connections. */
  @Override
  public void close() throws IOException {
    transport.close();
  }
}
