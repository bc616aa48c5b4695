package io.pullrescue.replication;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.RegistryClient;
import io.pullrescue.registry.SourceRepository;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.registry.auth.RegistryCredentialsProvider;
import io.pullrescue.registry.http.Deadline;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sources of an image, best first. */
final class SourceResolver {
  /** Amazon's copies of Docker's own images, pushed by Docker: same names, no pull quota. */
  private static final String ECR_PUBLIC = "public.ecr.aws";

  private static final String ANONYMOUS = "without a login";

  private final MirrorNaming mirrorNaming;
  private final RegistryClient registryClient;
  private final RegistryCredentialsProvider credentialsProvider;

  SourceResolver(
      MirrorNaming mirrorNaming,
      RegistryClient registryClient,
      RegistryCredentialsProvider credentialsProvider) {
    this.mirrorNaming = mirrorNaming;
    this.registryClient = registryClient;
    this.credentialsProvider = credentialsProvider;
  }

  /**
   * The registry that the image is named after: with a login where there is one, then as a
   * stranger.
   */
  List<ImageSource> primarySources(ImageReference image, Deadline deadline) {
    var sources = new ArrayList<ImageSource>();
    credentialsProvider
        .resolveCredentials(image.registry())
        .map(credentials -> open(image, credentials, deadline))
        .ifPresent(repository -> sources.add(new ImageSource(image, repository, "with a login")));
    sources.add(new ImageSource(image, open(image, null, deadline), ANONYMOUS));
    return List.copyOf(sources);
  }

  /** Other registries that hold the same image, where the operator allows them. */
  List<ImageSource> alternativeSources(ImageReference image, Deadline deadline) {
    if (!image.isDockerOfficial() || !mirrorNaming.prefixes().containsKey(ECR_PUBLIC)) {
      return List.of();
    }
    var alternative =
        new ImageReference(ECR_PUBLIC, "docker/" + image.repository(), image.tag(), image.digest());
    return List.of(new ImageSource(alternative, open(alternative, null, deadline), ANONYMOUS));
  }

  private SourceRepository open(
      ImageReference image, @Nullable RegistryCredentials credentials, Deadline deadline) {
    return DeadlineBoundRepository.of(
        registryClient.sourceRepository(image, credentials, deadline), deadline);
  }
}
