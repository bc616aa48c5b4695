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
 * The tags in the mirror's repositories in Amazon ECR.
 *
 * <p>Not each repository with such a name is ours: ECR's own pull-through cache makes them under
 * the same names, and refreshes them itself.
 */
public final class EcrTagInventory implements TagInventoryPort {
  /** DescribeImages gives no more at a time. */
  private static final int MAX_RESULTS = 1000;

  private final EcrClient ecr;
  private final MirrorNaming mirror;

  /** Looks into this mirror. */
  public EcrTagInventory(EcrClient ecr, MirrorNaming mirror) {
    this.ecr = ecr;
    this.mirror = mirror;
  }

  @Override
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
        && ecr.listTagsForResource(request -> request.resourceArn(repository.repositoryArn()))
            .tags()
            .contains(EcrMirrorRepositoryManager.CREATED_BY_TAG);
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
        // What nobody has pulled for so long that it was archived is not brought back.
        .filter(image -> image.imageStatus() != ImageStatus.ARCHIVED)
        .flatMap(image -> tags(repository, image));
  }

  private Stream<MirroredTag> tags(String repository, ImageDetail image) {
    var pulled = image.lastRecordedPullTime() != null;
    return image.imageTags().stream()
        .map(tag -> new ImageReference(mirror.registry(), repository, tag, null))
        .map(mirrorReference -> new MirroredTag(mirrorReference, pulled));
  }
}
