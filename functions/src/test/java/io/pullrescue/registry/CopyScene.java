package io.pullrescue.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import io.pullrescue.replication.Deadline;
import io.pullrescue.replication.Limits;
import io.pullrescue.replication.Login;
import io.pullrescue.replication.Mirror;
import io.pullrescue.replication.MirrorRepositories;
import io.pullrescue.replication.Progress;
import io.pullrescue.replication.Replication;
import io.pullrescue.replication.Replication.Refused;
import io.pullrescue.replication.Replicator;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Docker Hub, Amazon's copies of its images, and a mirror, each of which does as the test says. */
final class CopyScene implements AutoCloseable {
  static final String MIRROR = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

  final FaultyRegistry hub = new FaultyRegistry();
  final FaultyRegistry amazon = new FaultyRegistry();
  final FaultyRegistry mirror = new FaultyRegistry();
  final Map<String, Login> logins = new HashMap<>();
  int blobsAtOnce = 4;
  @Nullable Platform platform;
  long mostBytes = Limits.CUSTOMARY_BYTES;
  long spared;
  MirrorRepositories repositories = repository -> false;
  private final HttpRegistries registries =
      new HttpRegistries(
          Network.local(
              Map.of(
                  "docker.io",
                  hub.endpoint(),
                  "public.ecr.aws",
                  amazon.endpoint(),
                  MIRROR,
                  mirror.endpoint())),
          16);

  Replication replicate(String image) {
    return replicate(image, Deadline.in(Duration.ofMinutes(2), InstantSource.system()));
  }

  Replication replicate(String image, Deadline deadline) {
    var names = Map.of("docker.io", "docker-hub", "public.ecr.aws", "ecr-public");
    var replicator =
        new Replicator(
                new Mirror(MIRROR, names),
                registries,
                repositories,
                registry -> Optional.ofNullable(logins.get(registry)),
                new Limits(blobsAtOnce, mostBytes))
            .sparing(spared);
    var wanted = platform;
    return (wanted == null ? replicator : replicator.only(wanted))
        .replicate(ImageReference.of(image), deadline, Progress.SILENT);
  }

  /** The image that most scenes have is refused, in these words among others. */
  void refuses(String... words) {
    assertThat(replicate("acme/app:1"))
        .asInstanceOf(type(Refused.class))
        .extracting(Refused::why)
        .asString()
        .contains(words);
  }

  @Override
  public void close() throws IOException {
    registries.close();
    hub.close();
    amazon.close();
    mirror.close();
  }
}
