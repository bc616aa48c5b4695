package io.pullrescue.registry;

import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.auth.AuthChallenge;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.registry.auth.TokenCache;
import io.pullrescue.registry.http.Deadline;
import io.pullrescue.registry.http.EndpointPolicy;
import io.pullrescue.registry.http.HttpTransport;
import io.pullrescue.registry.http.RetryExecutor;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Registries over HTTP; connections, tokens and challenges are kept from one image to the next. */
public final class HttpRegistryClient implements RegistryClient, AutoCloseable {
  private final EndpointPolicy endpointPolicy;
  private final HttpTransport transport;
  private final TokenCache tokens;
  private final Map<URI, AuthChallenge> challenges = new ConcurrentHashMap<>();

  /** Registries within this network, with so many connections to each host at most. */
  public HttpRegistryClient(EndpointPolicy endpointPolicy, int maxConnectionsPerHost) {
    this.endpointPolicy = endpointPolicy;
    this.transport = new HttpTransport(endpointPolicy, maxConnectionsPerHost);
    this.tokens = new TokenCache(transport);
  }

  @Override
  public SourceRepository sourceRepository(
      ImageReference image, @Nullable RegistryCredentials credentials, Deadline deadline) {
    return new HttpSourceRepository(
        repositoryClient(image, "pull", credentials), new RetryExecutor(deadline));
  }

  @Override
  public DestinationRepository destinationRepository(
      ImageReference mirrorReference,
      @Nullable RegistryCredentials credentials,
      Deadline deadline) {
    return new HttpDestinationRepository(
        repositoryClient(mirrorReference, "pull,push", credentials), new RetryExecutor(deadline));
  }

  /** How many requests have been sent to all registries. */
  public long requestCount() {
    return transport.requestCount();
  }

  private RepositoryClient repositoryClient(
      ImageReference image, String actions, @Nullable RegistryCredentials credentials) {
    var registry = endpointPolicy.endpoint(image.registry());
    return new RepositoryClient(
        transport, tokens, challenges, registry, image.repository(), actions, credentials);
  }

  /** Closes what connections are open. */
  @Override
  public void close() throws IOException {
    transport.close();
  }
}
