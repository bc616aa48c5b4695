package io.pullrescue.workload;

import io.pullrescue.ecr.MirroredImage;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says who needs the right to pull the copies.
 *
 * @param executionRole the ARN of the role that pulls; null where the host's own does
 * @param workloadArn an ARN in the partition, region and account of the work, which are the
 *     mirror's
 */
public record PullPermissionNote(@Nullable String executionRole, String workloadArn) {
  public String describe(List<MirroredImage> mirroredImages) {
    return "it is "
        + describePrincipal()
        + " that has to pull from "
        + repositoryArns(mirroredImages);
  }

  private String describePrincipal() {
    return executionRole == null
        ? "the role of the container instances"
        : "the execution role " + executionRole.substring(executionRole.lastIndexOf('/') + 1);
  }

  private String repositoryArns(List<MirroredImage> mirroredImages) {
    return mirroredImages.stream()
        .map(this::repositoryArn)
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private String repositoryArn(MirroredImage mirroredImage) {
    var parts = workloadArn.split(":", -1);
    return "arn:%s:ecr:%s:%s:repository/%s"
        .formatted(parts[1], parts[3], parts[4], mirroredImage.mirrorReference().repository());
  }
}
