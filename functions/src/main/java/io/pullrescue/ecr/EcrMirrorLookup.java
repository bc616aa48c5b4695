package io.pullrescue.ecr;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.ImageDetail;
import software.amazon.awssdk.services.ecr.model.ImageIdentifier;
import software.amazon.awssdk.services.ecr.model.ImageNotFoundException;
import software.amazon.awssdk.services.ecr.model.ImageStatus;
import software.amazon.awssdk.services.ecr.model.RepositoryNotFoundException;

/**
 * Looks up images in the mirror (DescribeImages).
 *
 * <p>An image in a repository that was not created for mirrored images is not a mirrored image, so
 * that nothing is retried from it: its owner decides what it contains.
 */
public final class EcrMirrorLookup {
  private static final Logger LOG = LoggerFactory.getLogger(EcrMirrorLookup.class);

  private final EcrClient ecr;
  private final MirrorNaming mirror;
  private final RepositoryOwnership ownership;

  public EcrMirrorLookup(EcrClient ecr, MirrorNaming mirror) {
    this.ecr = ecr;
    this.mirror = mirror;
    this.ownership = new RepositoryOwnership(ecr, mirror.accountId(), mirror.region());
  }

  /**
   * Returns the mirrored image of an upstream image; empty if the mirror does not have it. An image
   * that was copied for a failed workload beside the tag is newer than that of the tag.
   */
  public Optional<MirroredImage> find(ImageReference image) {
    return mirror
        .resolve(image)
        .flatMap(mirrorReference ->
            findRescueDigest(mirrorReference)
                .or(() -> findDigest(mirrorReference))
                .filter(_ -> isOwn(mirrorReference.repository()))
                .map(digest -> new MirroredImage(image, mirrorReference, digest)));
  }

  private Optional<Digest> findRescueDigest(ImageReference mirrorReference) {
    return mirrorReference.digest() == null
        ? findDigest(MirrorNaming.rescueReference(mirrorReference))
        : Optional.empty();
  }

  private boolean isOwn(String repository) {
    var own = ownership.isOwn(repository).orElse(false);
    if (!own) {
      LOG.warn("ignored: the repository {} was not created by pull-rescue", repository);
    }
    return own;
  }

  private Optional<Digest> findDigest(ImageReference mirrorReference) {
    return findDigest(ecr, mirrorReference);
  }

  /**
   * Returns the digest of an image of this registry that can be pulled. A request for its manifest
   * would import it if a pull-through cache rule covers its repository; this request does not.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html">Pull-through
   *     cache rules</a>
   */
  static Optional<Digest> findDigest(EcrClient ecr, ImageReference mirrorReference) {
    try {
      return ecr
          .describeImages(request ->
              request
                  .repositoryName(mirrorReference.repository())
                  .imageIds(imageIdentifier(mirrorReference)))
          .imageDetails()
          .stream()
          // Images that are archived, or are still being restored, are listed but cannot be pulled.
          .filter(image -> image.imageStatus() == null || image.imageStatus() == ImageStatus.ACTIVE)
          .map(ImageDetail::imageDigest)
          .findFirst()
          .map(Digest::new);
    } catch (ImageNotFoundException | RepositoryNotFoundException notThere) {
      return Optional.empty();
    }
  }

  private static ImageIdentifier imageIdentifier(ImageReference mirrorReference) {
    var digest = mirrorReference.digest();
    return digest == null
        ? ImageIdentifier.builder().imageTag(mirrorReference.tag()).build()
        : ImageIdentifier.builder().imageDigest(digest.value()).build();
  }
}
