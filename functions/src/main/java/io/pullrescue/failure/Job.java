package io.pullrescue.failure;

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
public record Job(
    String id,
    String queue,
    String definition,
    String status,
    String statusReason,
    List<Container> containers,
    @Nullable String executionRole) {
  /** Copies the containers, so that a job never changes. */
  public Job {
    containers = List.copyOf(containers);
  }

  Reading read() {
    return status.equals("FAILED")
        ? new StoppedWork(origin(), statusReason, containers, executionRole).read()
        : new Reading.Nothing("job " + id + " is " + status + ", not failed");
  }

  /** Whom its rescue is for. */
  public Origin origin() {
    return new Origin.Job(id, queue, definition);
  }
}
