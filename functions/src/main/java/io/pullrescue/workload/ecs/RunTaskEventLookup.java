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
import software.amazon.awssdk.services.ecs.model.AwsVpcConfiguration;
import software.amazon.awssdk.services.ecs.model.Task;

/**
 * Looks up the RunTask calls that started tasks, in AWS CloudTrail.
 *
 * <p>ECS deletes the network interface of a task before the task is {@code STOPPED}, and
 * DescribeTasks does not return security groups or the public address. Only the call that started
 * the task has them. CloudTrail delivers it some minutes later.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/logging-using-cloudtrail.html">
 *     Log Amazon ECS API calls using AWS CloudTrail</a>
 */
final class RunTaskEventLookup {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Allows for clock skew: the time of the call is later than the creation of its tasks. */
  private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(1);

  private static final LookupAttribute RUN_TASK_EVENTS =
      LookupAttribute.builder()
          .attributeKey(LookupAttributeKey.EVENT_NAME)
          .attributeValue("RunTask")
          .build();

  private final Supplier<CloudTrailClient> cloudTrail;

  /**
   * Creates a lookup.
   *
   * @param cloudTrail is called only when a task needs the lookup
   */
  RunTaskEventLookup(Supplier<CloudTrailClient> cloudTrail) {
    this.cloudTrail = cloudTrail;
  }

  /**
   * Returns the network configuration that the task was started with; empty if CloudTrail has no
   * event for it yet.
   *
   * @throws IllegalStateException if CloudTrail returns an event that is not valid JSON
   */
  Optional<AwsVpcConfiguration> findNetwork(Task task) {
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
            .filter(event -> startedTask(event, task.taskArn()))
            .findFirst()
            .flatMap(RunTaskEventLookup::network);
  }

  private static JsonNode parseEvent(Event event) {
    try {
      return JSON.readTree(event.cloudTrailEvent());
    } catch (JsonProcessingException notJson) {
      throw new IllegalStateException(
          "CloudTrail returned an event that is not valid JSON", notJson);
    }
  }

  private static boolean startedTask(JsonNode event, String taskArn) {
    return event
        .path("responseElements")
        .path("tasks")
        .valueStream()
        .anyMatch(task -> task.path("taskArn").asText().equals(taskArn));
  }

  private static Optional<AwsVpcConfiguration> network(JsonNode event) {
    var awsvpcConfiguration =
        event.path("requestParameters").path("networkConfiguration").path("awsvpcConfiguration");
    return awsvpcConfiguration.isObject()
        ? Optional.of(toConfiguration(awsvpcConfiguration))
        : Optional.empty();
  }

  /** What the caller left out stays unset, so that ECS uses its defaults again. */
  private static AwsVpcConfiguration toConfiguration(JsonNode json) {
    var configuration = AwsVpcConfiguration.builder().subnets(texts(json.path("subnets")));
    var securityGroups = texts(json.path("securityGroups"));
    if (!securityGroups.isEmpty()) {
      configuration.securityGroups(securityGroups);
    }
    if (json.hasNonNull("assignPublicIp")) {
      configuration.assignPublicIp(json.path("assignPublicIp").asText());
    }
    return configuration.build();
  }

  private static List<String> texts(JsonNode list) {
    return list.valueStream().map(JsonNode::asText).toList();
  }
}
