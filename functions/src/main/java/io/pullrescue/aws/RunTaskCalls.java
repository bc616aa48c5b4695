package io.pullrescue.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.retry.StandaloneTask;
import io.pullrescue.retry.TaskNetwork;
import io.pullrescue.retry.TaskNetworks;
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
public final class RunTaskCalls implements TaskNetworks {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Clocks differ; the call ends after its tasks have their records. */
  private static final Duration AROUND = Duration.ofMinutes(1);

  private static final LookupAttribute RUN_TASK =
      LookupAttribute.builder()
          .attributeKey(LookupAttributeKey.EVENT_NAME)
          .attributeValue("RunTask")
          .build();

  private final Supplier<CloudTrailClient> cloudTrail;

  /** Asks this client, which is made when the first task needs it. */
  public RunTaskCalls(Supplier<CloudTrailClient> cloudTrail) {
    this.cloudTrail = cloudTrail;
  }

  @Override
  public Optional<TaskNetwork> of(StandaloneTask task) {
    var created = task.created();
    return created == null
        ? Optional.empty()
        : cloudTrail
            .get()
            .lookupEventsPaginator(request ->
                request
                    .lookupAttributes(RUN_TASK)
                    .startTime(created.minus(AROUND))
                    .endTime(created.plus(AROUND)))
            .events()
            .stream()
            .map(RunTaskCalls::call)
            .filter(call -> started(call, task.task().arn()))
            .findFirst()
            .flatMap(RunTaskCalls::network);
  }

  private static JsonNode call(Event event) {
    try {
      return JSON.readTree(event.cloudTrailEvent());
    } catch (JsonProcessingException notJson) {
      throw new IllegalStateException("CloudTrail returned an event that is no JSON", notJson);
    }
  }

  private static boolean started(JsonNode call, String task) {
    return call.path("responseElements")
        .path("tasks")
        .valueStream()
        .anyMatch(it -> it.path("taskArn").asText().equals(task));
  }

  private static Optional<TaskNetwork> network(JsonNode call) {
    var vpc =
        call.path("requestParameters").path("networkConfiguration").path("awsvpcConfiguration");
    return vpc.isObject()
        ? Optional.of(
            new TaskNetwork(
                names(vpc.path("subnets")),
                names(vpc.path("securityGroups")),
                vpc.path("assignPublicIp").asText()))
        : Optional.empty();
  }

  private static List<String> names(JsonNode list) {
    return list.valueStream().map(JsonNode::asText).toList();
  }
}
