package io.pullrescue.ecr;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.ImageDetail;
import software.amazon.awssdk.services.ecr.model.ImageStatus;
import software.amazon.awssdk.services.ecr.model.Repository;
import software.amazon.awssdk.services.ecr.model.TagStatus;

/**
 * Lists the tags in the mirror's repositories in Amazon ECR.
 *
 * <p>Repositories of ECR's pull-through cache may have the same prefixes; ECR refreshes them
 * itself.
 */
public final class EcrTagInventory {
  /** The limit of DescribeImages. */
  private static final int MAX_RESULTS = 1000;

  private final EcrClient ecr;
  private final MirrorNaming mirror;

  public EcrTagInventory(EcrClient ecr, MirrorNaming mirror) {
    this.ecr = ecr;
    this.mirror = mirror;
  }

  /** Returns all tags of the repositories that were created for mirrored images. */
  public List<MirroredTag> listTags() {
    return ecr.describeRepositoriesPaginator().repositories().stream()
        .filter(this::isManaged)
        .map(Repository::repositoryName)
        .flatMap(this::tags)
        .toList();
  }

  private boolean isManaged(Repository repository) {
    return mirror.prefixes().values().stream()
            .anyMatch(prefix -> repository.repositoryName().startsWith(prefix + "/"))
        && RepositoryOwnership.isOwn(
            ecr.listTagsForResource(request -> request.resourceArn(repository.repositoryArn()))
                .tags());
  }

  private Stream<MirroredTag> tags(String repository) {
    return ecr
        .describeImagesPaginator(request ->
            request
                .repositoryName(repository)
                .filter(filter -> filter.tagStatus(TagStatus.TAGGED))
                .maxResults(MAX_RESULTS))
        .imageDetails()
        .stream()
        // Archived images have not been pulled for a long time and are not refreshed.
        .filter(image -> image.imageStatus() != ImageStatus.ARCHIVED)
        .flatMap(image -> tags(repository, image));
  }

  private Stream<MirroredTag> tags(String repository, ImageDetail image) {
    var pulled = image.lastRecordedPullTime() != null;
    return image.imageTags().stream()
        .map(tag -> new ImageReference(mirror.registry(), repository, tag, null))
        .map(mirrorReference -> new MirroredTag(mirrorReference, pulled));
  }

  /**
   * A tag in the mirror.
   *
   * @param pulled whether the image that the tag refers to now has been pulled; ECR records a pull
   *     up to a day late
   */
  public record MirroredTag(ImageReference reference, boolean pulled) {}
}
