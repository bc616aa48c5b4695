package io.pullrescue.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.config.CopyLimits;
import io.pullrescue.config.MirrorNaming;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import io.pullrescue.registry.RegistryClient;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.registry.auth.RegistryCredentialsProvider;
import io.pullrescue.registry.http.Deadline;
import io.pullrescue.registry.http.EndpointPolicy;
import io.pullrescue.replication.ByteBudget;
import io.pullrescue.replication.CopyOptions;
import io.pullrescue.replication.CopyProgressListener;
import io.pullrescue.replication.ImageReplicator;
import io.pullrescue.replication.MirrorRepositoryManager;
import io.pullrescue.replication.ReplicationResult;
import io.pullrescue.replication.ReplicationResult.Failed;
import io.pullrescue.text.WildcardMatcher;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Docker Hub, Amazon ECR Public and a mirror, whose responses a test can replace. */
public final class ReplicationFixture implements AutoCloseable {
  public static final String MIRROR = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

  public final FaultyRegistry dockerHub = new FaultyRegistry();
  public final FaultyRegistry ecrPublic = new FaultyRegistry();
  public final FaultyRegistry mirror = new FaultyRegistry();
  public final Map<String, RegistryCredentials> credentials = new HashMap<>();
  public final List<String> privateImages = new ArrayList<>();
  public int maxConcurrentBlobs = 4;
  @Nullable public Platform platform;
  public long maxImageBytes = CopyLimits.DEFAULT_MAX_IMAGE_BYTES;
  public long reservedPulls;
  public int maxRateLimitedRequests = Integer.MAX_VALUE;
  public long maxBytes = Long.MAX_VALUE;
  public boolean movesTags = true;
  public ByteBudget byteBudget = ByteBudget.UNLIMITED;
  public MirrorRepositoryManager repositoryManager = repository -> false;

  /** The delays before retries, which take no time. */
  public final Queue<Duration> waits = new ConcurrentLinkedQueue<>();

  private final RegistryClient registryClient =
      new RegistryClient(
          EndpointPolicy.withLocalRegistries(
              Map.of(
                  "docker.io",
                  dockerHub.endpoint(),
                  "public.ecr.aws",
                  ecrPublic.endpoint(),
                  MIRROR,
                  mirror.endpoint())),
          new RegistryClient.Options(16, false, (registry, rateLimit) -> {}, waits::add));

  public ReplicationResult replicate(String image) {
    return replicate(image, Deadline.after(Duration.ofMinutes(2), InstantSource.system()));
  }

  /** Returns a deadline that never passes, but is too near for another attempt. */
  public static Deadline deadlineWithoutRetries() {
    return new Deadline(() -> Instant.EPOCH, Instant.EPOCH.plusSeconds(10));
  }

  public ReplicationResult replicate(String image, Deadline deadline) {
    return replicator()
        .replicate(
            ImageReference.of(image),
            new CopyOptions(
                platform, null, 0, reservedPulls, maxRateLimitedRequests, maxBytes, movesTags),
            deadline,
            CopyProgressListener.NONE);
  }

  public ImageReplicator replicator() {
    return new ImageReplicator(
        new MirrorNaming(MIRROR, Map.of("docker.io", "docker-hub", "public.ecr.aws", "ecr-public")),
        registryClient,
        repositoryManager,
        new FixedCredentials(),
        new CopyLimits(maxConcurrentBlobs, maxImageBytes),
        byteBudget);
  }

  private final class FixedCredentials implements RegistryCredentialsProvider {
    @Override
    public Optional<RegistryCredentials> resolveCredentials(String registry) {
      return Optional.ofNullable(credentials.get(registry));
    }

    @Override
    public boolean allowsPrivate(ImageReference image) {
      return new WildcardMatcher(privateImages).matches(image.name());
    }
  }

  /** Asserts that replicating {@code acme/app:1} fails with a reason that contains these parts. */
  public void assertFails(String... messageParts) {
    assertThat(replicate("acme/app:1"))
        .asInstanceOf(type(Failed.class))
        .extracting(Failed::reason)
        .asString()
        .contains(messageParts);
  }

  @Override
  public void close() throws IOException {
    registryClient.close();
    dockerHub.close();
    ecrPublic.close();
    mirror.close();
  }
}
