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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the repositories from which an image can be copied, in the order in which to try them. */
record SourceResolver(
    MirrorNaming mirrorNaming,
    RegistryClient registryClient,
    RegistryCredentialsProvider credentialsProvider) {
  /** Docker publishes its official images there under the same names, without a rate limit. */
  private static final String ECR_PUBLIC = "public.ecr.aws";

  private static final String ANONYMOUS = "without credentials";

  /**
   * One repository that has an image.
   *
   * @param reference the name of the image in that repository
   * @param access whether credentials are used, for messages
   */
  record ImageSource(ImageReference reference, SourceRepository repository, String access) {
    ImageSource withPurpose(String purpose) {
      return new ImageSource(reference, repository, access + ", " + purpose);
    }

    @Override
    public String toString() {
      return reference.registry() + " " + access;
    }
  }

  /**
   * Returns the registry in the image's name: with credentials if there are any, then without.
   *
   * @param credentials used in place of the configured ones; null to use those
   */
  List<ImageSource> primarySources(
      ImageReference image, @Nullable RegistryCredentials credentials, Deadline deadline) {
    var sources = new ArrayList<ImageSource>();
    Optional.ofNullable(credentials)
        .or(() -> credentialsProvider.resolveCredentials(image.registry()))
        .map(available -> registryClient.sourceRepository(image, available, deadline))
        .ifPresent(
            repository -> sources.add(new ImageSource(image, repository, "with credentials")));
    sources.add(anonymous(image, deadline));
    return List.copyOf(sources);
  }

  /**
   * Returns whether the sources of an image may be used only if it can be read without credentials.
   *
   * <p>A log names images, and everybody who can pull from the mirror can read what is in it. The
   * configured credentials may therefore read private images only if the operator names them. So
   * may a pull secret, since the request that names it is a message.
   */
  boolean requiresPublicImage(ImageReference image) {
    return !image.isDockerOfficial() && !credentialsProvider.allowsPrivate(image);
  }

  /**
   * Returns where a pull-through cache in the mirror's own registry imports the image, which reads
   * it with credentials of its own.
   *
   * @param credentials those of the mirror
   */
  List<ImageSource> cachedSources(
      Optional<ImageReference> cachedReference,
      @Nullable RegistryCredentials credentials,
      Deadline deadline) {
    return cachedReference
        .map(reference ->
            new ImageSource(
                reference,
                registryClient.sourceRepository(reference, credentials, deadline),
                "through the pull-through cache " + reference.repository()))
        .stream()
        .toList();
  }

  /** Returns other registries that have the same image, if they are allowed as upstreams. */
  List<ImageSource> alternativeSources(ImageReference image, Deadline deadline) {
    if (!image.isDockerOfficial() || !mirrorNaming.prefixes().containsKey(ECR_PUBLIC)) {
      return List.of();
    }
    return List.of(
        anonymous(
            new ImageReference(
                ECR_PUBLIC, "docker/" + image.repository(), image.tag(), image.digest()),
            deadline));
  }

  private ImageSource anonymous(ImageReference image, Deadline deadline) {
    return new ImageSource(
        image, registryClient.sourceRepository(image, null, deadline), ANONYMOUS);
  }
}
