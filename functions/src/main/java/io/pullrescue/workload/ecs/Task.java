package io.pullrescue.workload.ecs;

import io.pullrescue.event.Trigger;
import io.pullrescue.workload.ContainerStatus;
import io.pullrescue.workload.LoadResult;
import io.pullrescue.workload.StoppedContainers;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A task as the ECS API describes it; only what a rescue needs.
 *
 * @param arn its own ARN
 * @param cluster the ARN of its cluster
 * @param definition the ARN of its task definition, with the revision
 * @param group {@code service:name} or {@code family:name}; empty where it has none
 * @param launchType {@code EC2}, {@code FARGATE} or {@code EXTERNAL}; empty where it has none
 * @param startedBy {@code ecs-svc/id} for a service, whatever the caller said otherwise
 * @param status the last one that is known, such as {@code STOPPED}
 * @param executionRole the ARN of the role that pulls for it; null where the host's own does
 * @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html">Task</a>
 */
public record Task(
    String arn,
    String cluster,
    String definition,
    String group,
    String launchType,
    String startedBy,
    String status,
    String stoppedReason,
    List<ContainerStatus> containers,
    @Nullable String executionRole) {
  private static final String SERVICE_GROUP_PREFIX = "service:";

  /** Copies the containers, so that a task never changes. */
  public Task {
    containers = List.copyOf(containers);
  }

  /** The name of the service that it belongs to; empty where it stands alone. */
  Optional<String> serviceName() {
    return Optional.of(group)
        .filter(value -> value.startsWith(SERVICE_GROUP_PREFIX))
        .map(candidate -> candidate.substring(SERVICE_GROUP_PREFIX.length()));
  }

  public LoadResult toLoadResult() {
    return status.equals("STOPPED")
        ? new StoppedContainers(trigger(), stoppedReason, containers, executionRole).toLoadResult()
        : new LoadResult.NoFailure("task " + arn + " is " + status + ", not stopped");
  }

  /** Whom its rescue is for. */
  Trigger trigger() {
    return new Trigger.Task(arn, cluster, definition, group, launchType, startedBy);
  }
}
