package io.pullrescue.workload.batch;

import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.event.IncomingEvent;
import io.pullrescue.event.IncomingEvent.Ignored;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.text.TextSanitizer;

/**
 * Reads a change of state of a job on AWS Batch.
 *
 * @see <a href="https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html">AWS Batch
 *     job state change events</a>
 */
public final class BatchJobEventParser {
  private BatchJobEventParser() {}

  public static IncomingEvent parse(JsonNode detail) {
    var jobId = detail.path("jobId").asText();
    var status = detail.path("status").asText();
    var failed = JobFailed.parse(jobId);
    if (failed.isEmpty()) {
      return new Ignored("a Batch event without a legal jobId");
    }
    if (!status.equals("FAILED")) {
      return new Ignored(
          "job " + jobId + " is " + TextSanitizer.sanitize(status, 20) + ", not failed");
    }
    return failedToStart(detail)
        ? failed.get()
        : new Ignored("job " + jobId + " failed of no pull");
  }

  /**
   * What the event says of a container may be less than the API does: a job whose task did not
   * start is worth reading, whatever the reason.
   */
  private static boolean failedToStart(JsonNode detail) {
    return detail.path("statusReason").asText().startsWith("Task failed to start")
        || detail.findValuesAsText("statusReason").stream()
            .anyMatch(BatchJobEventParser::isPullError)
        || detail.findValuesAsText("reason").stream().anyMatch(BatchJobEventParser::isPullError);
  }

  private static boolean isPullError(String reason) {
    return reason.startsWith("CannotPull");
  }
}
