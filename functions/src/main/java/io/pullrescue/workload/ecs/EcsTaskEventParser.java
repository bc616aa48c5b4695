package io.pullrescue.workload.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.event.IncomingEvent;
import io.pullrescue.event.IncomingEvent.Ignored;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.text.TextSanitizer;
import io.pullrescue.workload.StoppedContainers;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Parses task state change events of Amazon ECS.
 *
 * <p>On AWS Fargate the task has the reason of a failed pull, on EC2 only the container has it.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html">
 *     Amazon ECS task state change events</a>
 */
public final class EcsTaskEventParser {
  /** AWS Batch runs jobs as tasks in clusters of its own, and publishes events of the jobs. */
  private static final Pattern BATCH_CLUSTER =
      Pattern.compile(".*:cluster/(AWSBatch-.*|.*_Batch_[0-9a-f-]{36})");

  private EcsTaskEventParser() {}

  /** Returns the task that failed to pull, or why the event is ignored. */
  public static IncomingEvent parse(JsonNode detail) {
    var taskArn = detail.path("taskArn").asText();
    var clusterArn = detail.path("clusterArn").asText();
    var failed = TaskFailed.parse(clusterArn, taskArn);
    if (failed.isEmpty()) {
      return new Ignored("an ECS event without a valid taskArn and clusterArn");
    }
    if (!detail.path("lastStatus").asText().equals("STOPPED")) {
      var status = TextSanitizer.sanitize(detail.path("lastStatus").asText(), 20);
      return new Ignored("task " + taskArn + " is " + status + ", not stopped");
    }
    if (BATCH_CLUSTER.matcher(clusterArn).matches()) {
      return new Ignored(
          "task " + taskArn + " runs a job of AWS Batch, which has an event of its own");
    }
    if (!detail.path("stopCode").asText().equals(EcsTask.FAILED_TO_START)) {
      return new Ignored(
          "task "
              + taskArn
              + " ran: its stop code is "
              + TextSanitizer.sanitize(detail.path("stopCode").asText(), 30));
    }
    return stopReasons(detail).anyMatch(StoppedContainers::isPullError)
        ? failed.get()
        : new Ignored("task " + taskArn + " did not stop because of an image pull");
  }

  private static Stream<String> stopReasons(JsonNode detail) {
    return Stream.concat(
            Stream.of(detail.path("stoppedReason")),
            detail.path("containers").valueStream().map(container -> container.path("reason")))
        .map(JsonNode::asText);
  }
}
