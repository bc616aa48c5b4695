package io.pullrescue.replication;

import io.pullrescue.image.ImageReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sources of an image, best first. */
final class Upstreams {
  /** Amazon's copies of Docker's own images, pushed by Docker: same names, no pull quota. */
  private static final String OFFICIAL_COPIES = "public.ecr.aws";

  private static final String STRANGER = "without a login";

  private final Mirror mirror;
  private final Registries registries;
  private final Logins logins;

  Upstreams(Mirror mirror, Registries registries, Logins logins) {
    this.mirror = mirror;
    this.registries = registries;
    this.logins = logins;
  }

  /**
   * The registry that the image is named after: with a login where there is one, then as a
   * stranger.
   */
  List<Source> named(ImageReference image, Deadline deadline) {
    var sources = new ArrayList<Source>();
    logins
        .at(image.registry())
        .map(known -> opened(image, known, deadline))
        .ifPresent(opened -> sources.add(new Source(image, opened, "with a login")));
    sources.add(new Source(image, opened(image, null, deadline), STRANGER));
    return List.copyOf(sources);
  }

  /** Other registries that hold the same image, where the operator allows them. */
  List<Source> others(ImageReference image, Deadline deadline) {
    if (!image.isDockerOfficial() || !mirror.prefixes().containsKey(OFFICIAL_COPIES)) {
      return List.of();
    }
    var other =
        new ImageReference(
            OFFICIAL_COPIES, "docker/" + image.repository(), image.tag(), image.digest());
    return List.of(new Source(other, opened(other, null, deadline), STRANGER));
  }

  private UpstreamRepository opened(
      ImageReference image, @Nullable Login login, Deadline deadline) {
    return TimedUpstream.of(registries.upstream(image, login, deadline), deadline);
  }
}
