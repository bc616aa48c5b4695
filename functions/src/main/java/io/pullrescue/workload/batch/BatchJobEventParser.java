package io.pullrescue.workload.batch;

import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.event.IncomingEvent;
import io.pullrescue.event.IncomingEvent.Ignored;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.text.TextSanitizer;

/**
 * Parses job state change events of AWS Batch.
 *
 * @see <a href="https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html">AWS Batch
 *     job state change events</a>
 */
public final class BatchJobEventParser {
  private BatchJobEventParser() {}

  /** Returns the job that may have failed to pull, or why the event is ignored. */
  public static IncomingEvent parse(JsonNode detail) {
    var jobId = detail.path("jobId").asText();
    var status = detail.path("status").asText();
    var failed = JobFailed.parse(jobId);
    if (failed.isEmpty()) {
      return new Ignored("a Batch event without a valid jobId");
    }
    if (!status.equals("FAILED")) {
      return new Ignored(
          "job " + jobId + " is " + TextSanitizer.sanitize(status, 20) + ", not failed");
    }
    // The event may have less of a container than DescribeJobs returns, so a job that failed to
    // start is loaded whatever the reasons of its containers are.
    return BatchJob.startFailed(detail.path("statusReason").asText())
        ? failed.get()
        : new Ignored("job " + jobId + " did not fail because of an image pull");
  }
}
