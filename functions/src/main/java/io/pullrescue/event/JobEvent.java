package io.pullrescue.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.event.IncomingEvent.Ignored;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.image.Printable;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a change of state of a job on AWS Batch.
 *
 * @see <a href="https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html">AWS Batch
 *     job state change events</a>
 */
final class JobEvent {
  private static final Pattern JOB = Pattern.compile("[0-9a-f-]{36}(:[0-9]{1,5}|#[0-9]{1,4})?");

  private JobEvent() {}

  static IncomingEvent read(JsonNode detail) {
    var job = detail.path("jobId").asText();
    var status = detail.path("status").asText();
    var failed = failed(job);
    if (failed.isEmpty()) {
      return new Ignored("a Batch event without a legal jobId");
    }
    if (!status.equals("FAILED")) {
      return new Ignored("job " + job + " is " + Printable.of(status, 20) + ", not failed");
    }
    return speaksOfStart(detail) ? failed.get() : new Ignored("job " + job + " failed of no pull");
  }

  /** The job that this names; empty where it is no legal name. */
  static Optional<JobFailed> failed(String job) {
    return JOB.matcher(job).matches() ? Optional.of(new JobFailed(job)) : Optional.empty();
  }

  /**
   * What the event says of a container may be less than the API does: a job whose task did not
   * start is worth reading, whatever the reason.
   */
  private static boolean speaksOfStart(JsonNode detail) {
    return detail.path("statusReason").asText().startsWith("Task failed to start")
        || detail.findValuesAsText("statusReason").stream().anyMatch(JobEvent::isPullError)
        || detail.findValuesAsText("reason").stream().anyMatch(JobEvent::isPullError);
  }

  private static boolean isPullError(String reason) {
    return reason.startsWith("CannotPull");
  }
}
