package io.pullrescue.workload.ecs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.Event;
import software.amazon.awssdk.services.cloudtrail.model.LookupAttribute;
import software.amazon.awssdk.services.cloudtrail.model.LookupAttributeKey;

/**
 * The calls that started tasks, as AWS CloudTrail keeps them.
 *
 * <p>A task's network interface is deleted before the task is {@code STOPPED}, and its record never
 * named security groups or the public address: the call that asked for the task is all that is
 * left. CloudTrail tells of a call some minutes after it was made.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/logging-using-cloudtrail.html">
 *     Log Amazon ECS API calls using AWS CloudTrail</a>
 */
public final class RunTaskEventLookup implements RunTaskEventLookupPort {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Clocks differ; the call ends after its tasks have their records. */
  private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(1);

  private static final LookupAttribute RUN_TASK_EVENTS =
      LookupAttribute.builder()
          .attributeKey(LookupAttributeKey.EVENT_NAME)
          .attributeValue("RunTask")
          .build();

  private final Supplier<CloudTrailClient> cloudTrail;

  /** Asks this client, which is made when the first task needs it. */
  public RunTaskEventLookup(Supplier<CloudTrailClient> cloudTrail) {
    this.cloudTrail = cloudTrail;
  }

  @Override
  public Optional<TaskNetwork> findNetwork(StandaloneTask task) {
    var created = task.createdAt();
    return created == null
        ? Optional.empty()
        : cloudTrail
            .get()
            .lookupEventsPaginator(request ->
                request
                    .lookupAttributes(RUN_TASK_EVENTS)
                    .startTime(created.minus(CLOCK_TOLERANCE))
                    .endTime(created.plus(CLOCK_TOLERANCE)))
            .events()
            .stream()
            .map(RunTaskEventLookup::parseEvent)
            .filter(event -> startedTask(event, task.task().arn()))
            .findFirst()
            .flatMap(RunTaskEventLookup::network);
  }

  private static JsonNode parseEvent(Event event) {
    try {
      return JSON.readTree(event.cloudTrailEvent());
    } catch (JsonProcessingException notJson) {
      throw new IllegalStateException("CloudTrail returned an event that is no JSON", notJson);
    }
  }

  private static boolean startedTask(JsonNode event, String task) {
    return event
        .path("responseElements")
        .path("tasks")
        .valueStream()
        .anyMatch(jsonNode -> jsonNode.path("taskArn").asText().equals(task));
  }

  private static Optional<TaskNetwork> network(JsonNode event) {
    var awsvpcConfiguration =
        event.path("requestParameters").path("networkConfiguration").path("awsvpcConfiguration");
    return awsvpcConfiguration.isObject()
        ? Optional.of(
            new TaskNetwork(
                texts(awsvpcConfiguration.path("subnets")),
                texts(awsvpcConfiguration.path("securityGroups")),
                awsvpcConfiguration.path("assignPublicIp").asText()))
        : Optional.empty();
  }

  private static List<String> texts(JsonNode list) {
    return list.valueStream().map(JsonNode::asText).toList();
  }
}
