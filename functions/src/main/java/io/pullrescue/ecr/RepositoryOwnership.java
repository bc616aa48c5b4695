package io.pullrescue.ecr;

import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.RepositoryNotFoundException;
import software.amazon.awssdk.services.ecr.model.Tag;

/**
 * Recognizes the repositories that were created for mirrored images, by their tag. Others may have
 * the same prefix: those of teams, and those of ECR's pull-through cache.
 */
record RepositoryOwnership(EcrClient ecr, String account, String region) {
  static final Tag CREATED_BY_TAG = Tag.builder().key("created-by").value("pull-rescue").build();

  /** Returns whether the repository was created for mirrored images; empty if it is absent. */
  Optional<Boolean> isOwn(String repository) {
    try {
      return Optional.of(
          isOwn(ecr.listTagsForResource(request -> request.resourceArn(arn(repository))).tags()));
    } catch (RepositoryNotFoundException absent) {
      return Optional.empty();
    }
  }

  /** Returns whether a repository with these tags was created for mirrored images. */
  static boolean isOwn(List<Tag> tags) {
    return tags.contains(CREATED_BY_TAG);
  }

  private String arn(String repository) {
    return "arn:%s:ecr:%s:%s:repository/%s"
        .formatted(PartitionMetadata.of(Region.of(region)).id(), region, account, repository);
  }
}
