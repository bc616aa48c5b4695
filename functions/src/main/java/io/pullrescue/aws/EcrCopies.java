package io.pullrescue.aws;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Mirror;
import io.pullrescue.retry.Copies;
import io.pullrescue.retry.Copy;
import java.util.Optional;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.ImageDetail;
import software.amazon.awssdk.services.ecr.model.ImageIdentifier;
import software.amazon.awssdk.services.ecr.model.ImageNotFoundException;
import software.amazon.awssdk.services.ecr.model.ImageStatus;
import software.amazon.awssdk.services.ecr.model.RepositoryNotFoundException;

/** What the mirror in Amazon ECR holds (DescribeImages). */
public final class EcrCopies implements Copies {
  private final EcrClient ecr;
  private final Mirror mirror;

  /** Looks into this mirror. */
  public EcrCopies(EcrClient ecr, Mirror mirror) {
    this.ecr = ecr;
    this.mirror = mirror;
  }

  @Override
  public Optional<Copy> find(ImageReference image) {
    return mirror
        .placeOf(image)
        .flatMap(place -> digest(place).map(it -> new Copy(image, place, it)));
  }

  private Optional<Digest> digest(ImageReference copy) {
    try {
      return ecr
          .describeImages(
              request -> request.repositoryName(copy.repository()).imageIds(identifier(copy)))
          .imageDetails()
          .stream()
          // What is in the archive is still listed, but cannot be pulled.
          .filter(image -> image.imageStatus() != ImageStatus.ARCHIVED)
          .map(ImageDetail::imageDigest)
          .findFirst()
          .map(Digest::new);
    } catch (ImageNotFoundException | RepositoryNotFoundException notThere) {
      return Optional.empty();
    }
  }

  private static ImageIdentifier identifier(ImageReference copy) {
    var digest = copy.digest();
    return digest == null
        ? ImageIdentifier.builder().imageTag(copy.tag()).build()
        : ImageIdentifier.builder().imageDigest(digest.value()).build();
  }
}
