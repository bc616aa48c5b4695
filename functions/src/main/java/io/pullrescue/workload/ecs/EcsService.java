package io.pullrescue.workload.ecs;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A service as the ECS API describes it; only what a rescue needs.
 *
 * @param arn its own ARN
 * @param cluster the ARN of its cluster
 * @param status {@code ACTIVE}, {@code DRAINING} or {@code INACTIVE}
 * @param deploymentController who deploys it: {@code ECS}, {@code CODE_DEPLOY} or {@code EXTERNAL}
 * @param taskDefinition the ARN of the task definition that it is to run, with the revision; null
 *     where its deployer keeps that to itself
 * @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html">
 *     Service</a>
 */
public record EcsService(
    String arn,
    String name,
    String cluster,
    String status,
    String deploymentController,
    @Nullable String taskDefinition,
    Map<String, String> tags) {
  /** Copies the tags, so that a service never changes. */
  public EcsService {
    tags = Map.copyOf(tags);
  }

  /** The stack that made it, and that puts back what its template says; empty where none did. */
  Optional<String> cloudFormationStack() {
    return Optional.ofNullable(tags.get("aws:cloudformation:stack-name"));
  }
}
