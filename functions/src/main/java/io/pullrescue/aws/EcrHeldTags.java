package io.pullrescue.aws;

import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.HeldTag;
import io.pullrescue.replication.HeldTags;
import io.pullrescue.replication.Mirror;
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
public final class EcrHeldTags implements HeldTags {
  /** DescribeImages gives no more at a time. */
  private static final int MOST_AT_ONCE = 1000;

  private final EcrClient ecr;
  private final Mirror mirror;

  /** Looks into this mirror. */
  public EcrHeldTags(EcrClient ecr, Mirror mirror) {
    this.ecr = ecr;
    this.mirror = mirror;
  }

  @Override
  public List<HeldTag> all() {
    return ecr.describeRepositoriesPaginator().repositories().stream()
        .filter(this::isOurs)
        .map(Repository::repositoryName)
        .flatMap(this::tags)
        .toList();
  }

  private boolean isOurs(Repository repository) {
    return mirror.prefixes().values().stream()
            .anyMatch(prefix -> repository.repositoryName().startsWith(prefix + "/"))
        && ecr.listTagsForResource(request -> request.resourceArn(repository.repositoryArn()))
            .tags()
            .contains(EcrMirrorRepositories.MADE_BY);
  }

  private Stream<HeldTag> tags(String repository) {
    return ecr
        .describeImagesPaginator(request ->
            request
                .repositoryName(repository)
                .filter(filter -> filter.tagStatus(TagStatus.TAGGED))
                .maxResults(MOST_AT_ONCE))
        .imageDetails()
        .stream()
        // What nobody has pulled for so long that it was archived is not brought back.
        .filter(image -> image.imageStatus() != ImageStatus.ARCHIVED)
        .flatMap(image -> tags(repository, image));
  }

  private Stream<HeldTag> tags(String repository, ImageDetail image) {
    var pulled = image.lastRecordedPullTime() != null;
    return image.imageTags().stream()
        .map(tag -> new ImageReference(mirror.registry(), repository, tag, null))
        .map(copy -> new HeldTag(copy, pulled));
  }
}
