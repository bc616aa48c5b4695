package io.pullrescue.workload.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.event.IncomingEvent;
import io.pullrescue.event.IncomingEvent.Ignored;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.text.TextSanitizer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads a change of state of a task on Amazon ECS.
 *
 * <p>On AWS Fargate the task itself says why it stopped, on EC2 only the container that failed
 * does.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html">
 *     Amazon ECS task state change events</a>
 */
public final class EcsTaskEventParser {
  /** The family of errors: of containers, manifests, registries in ECR, credentials. */
  private static final String CANNOT_PULL = "CannotPull";

  /** AWS Batch runs jobs as tasks of clusters that it makes; it tells of the jobs itself. */
  private static final Pattern BATCH_CLUSTER =
      Pattern.compile(".*:cluster/(AWSBatch-.*|.*_Batch_[0-9a-f-]{36})");

  private EcsTaskEventParser() {}

  public static IncomingEvent parse(JsonNode detail) {
    var taskArn = detail.path("taskArn").asText();
    var clusterArn = detail.path("clusterArn").asText();
    var failed = TaskFailed.parse(clusterArn, taskArn);
    if (failed.isEmpty()) {
      return new Ignored("an ECS event without a legal task and cluster");
    }
    if (!detail.path("lastStatus").asText().equals("STOPPED")) {
      var status = TextSanitizer.sanitize(detail.path("lastStatus").asText(), 20);
      return new Ignored("task " + taskArn + " is " + status + ", not stopped");
    }
    if (BATCH_CLUSTER.matcher(clusterArn).matches()) {
      return new Ignored("task " + taskArn + " is a job of AWS Batch, which tells of it itself");
    }
    return stopReasons(detail).anyMatch(reason -> reason.startsWith(CANNOT_PULL))
        ? failed.get()
        : new Ignored("task " + taskArn + " stopped of no pull");
  }

  private static Stream<String> stopReasons(JsonNode detail) {
    return Stream.concat(
            Stream.of(detail.path("stoppedReason")),
            detail.path("containers").valueStream().map(container -> container.path("reason")))
        .map(JsonNode::asText);
  }
}
