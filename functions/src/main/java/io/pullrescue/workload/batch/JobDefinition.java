package io.pullrescue.workload.batch;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.workload.ContainerImageRewrite;
import io.pullrescue.workload.ecs.TaskDefinition.ContainerDefinition;
import java.util.List;
import java.util.Map;

/**
 * A job definition as the AWS Batch API describes it; only what a rescue is planned by.
 *
 * @param arn its own ARN, with the revision
 */
public record JobDefinition(
    String arn, List<ContainerDefinition> containers, Map<String, String> tags) {
  /** Copies the containers and tags, so that a definition never changes. */
  public JobDefinition {
    containers = List.copyOf(containers);
    tags = Map.copyOf(tags);
  }

  /** {@code name:revision}. */
  String name() {
    return arn.substring(arn.lastIndexOf('/') + 1);
  }

  /** This definition with the copies in it. */
  ContainerImageRewrite rewriteImages(MirrorNaming mirror, List<MirroredImage> mirroredImages) {
    return new ContainerImageRewrite(mirror, name(), containers, mirroredImages);
  }
}
