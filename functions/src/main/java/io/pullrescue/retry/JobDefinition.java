package io.pullrescue.retry;

import io.pullrescue.replication.Mirror;
import io.pullrescue.retry.TaskDefinition.ContainerDefinition;
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
  public String name() {
    return arn.substring(arn.lastIndexOf('/') + 1);
  }

  /** This definition with the copies in it. */
  Rewriting with(Mirror mirror, List<Copy> copies) {
    return new Rewriting(mirror, name(), containers, copies);
  }
}
