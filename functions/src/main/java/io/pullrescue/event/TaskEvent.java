package io.pullrescue.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.event.IncomingEvent.Ignored;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.image.Printable;
import java.util.Optional;
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
final class TaskEvent {
  /** The family of errors: of containers, manifests, registries in ECR, credentials. */
  private static final String CANNOT_PULL = "CannotPull";

  private static final Pattern TASK =
      Pattern.compile(
          "arn:aws[a-z-]{0,10}:ecs:[a-z0-9-]{1,32}:[0-9]{12}:task/([A-Za-z0-9_-]{1,255}/)?[0-9a-f-]{32,36}");

  private static final Pattern CLUSTER =
      Pattern.compile(
          "arn:aws[a-z-]{0,10}:ecs:[a-z0-9-]{1,32}:[0-9]{12}:cluster/([A-Za-z0-9_-]{1,255})");

  /** AWS Batch runs jobs as tasks of clusters that it makes; it tells of the jobs itself. */
  private static final Pattern OF_BATCH =
      Pattern.compile(".*:cluster/(AWSBatch-.*|.*_Batch_[0-9a-f-]{36})");

  private TaskEvent() {}

  static IncomingEvent read(JsonNode detail) {
    var task = detail.path("taskArn").asText();
    var cluster = detail.path("clusterArn").asText();
    var failed = failed(cluster, task);
    if (failed.isEmpty()) {
      return new Ignored("an ECS event without a legal task and cluster");
    }
    if (!detail.path("lastStatus").asText().equals("STOPPED")) {
      var status = Printable.of(detail.path("lastStatus").asText(), 20);
      return new Ignored("task " + task + " is " + status + ", not stopped");
    }
    if (OF_BATCH.matcher(cluster).matches()) {
      return new Ignored("task " + task + " is a job of AWS Batch, which tells of it itself");
    }
    return reasons(detail).anyMatch(reason -> reason.startsWith(CANNOT_PULL))
        ? failed.get()
        : new Ignored("task " + task + " stopped of no pull");
  }

  /** The task that these name; empty where they are not legal. */
  static Optional<TaskFailed> failed(String cluster, String task) {
    return TASK.matcher(task).matches() && CLUSTER.matcher(cluster).matches()
        ? Optional.of(new TaskFailed(cluster, task))
        : Optional.empty();
  }

  private static Stream<String> reasons(JsonNode detail) {
    return Stream.concat(
            Stream.of(detail.path("stoppedReason")),
            detail.path("containers").valueStream().map(container -> container.path("reason")))
        .map(JsonNode::asText);
  }
}
