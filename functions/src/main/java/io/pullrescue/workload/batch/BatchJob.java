package io.pullrescue.workload.batch;

import io.pullrescue.event.Trigger;
import io.pullrescue.workload.ContainerStatus;
import io.pullrescue.workload.LoadResult;
import io.pullrescue.workload.StoppedContainers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job as the AWS Batch API describes it; only what a rescue needs.
 *
 * @param id a UUID; a child of an array has {@code :index} after it, a node {@code #index}
 * @param queue the ARN of its queue
 * @param definition the ARN of its job definition, with the revision
 * @param status such as {@code FAILED}
 * @param statusReason why it has that status; the containers may say more
 * @param containers those of its last attempt
 * @param executionRole the ARN of the role that pulls for it; null where the host's own does
 * @see <a href="https://docs.aws.amazon.com/batch/latest/APIReference/API_JobDetail.html">
 *     JobDetail</a>
 */
public record BatchJob(
    String id,
    String queue,
    String definition,
    String status,
    String statusReason,
    List<ContainerStatus> containers,
    @Nullable String executionRole) {
  /** Copies the containers, so that a job never changes. */
  public BatchJob {
    containers = List.copyOf(containers);
  }

  public LoadResult toLoadResult() {
    return status.equals("FAILED")
        ? new StoppedContainers(trigger(), statusReason, containers, executionRole).toLoadResult()
        : new LoadResult.NoFailure("job " + id + " is " + status + ", not failed");
  }

  /** Whom its rescue is for. */
  Trigger trigger() {
    return new Trigger.Job(id, queue, definition);
  }
}
