package io.pullrescue.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.lambda.QueueMessage;
import io.pullrescue.workload.ContainerStatus;
import io.pullrescue.workload.batch.BatchJob;
import io.pullrescue.workload.ecs.Task;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tasks and jobs that sample events are about, as their services would describe them. */
public final class SampleWorkloads {
  static final String ROLE = "arn:aws:iam::123456789012:role/shop-execution";

  private SampleWorkloads() {}

  public static Task task(QueueMessage event) {
    var containers = detail(event).path("containers").valueStream();
    return task(event, containers.map(SampleWorkloads::container).toList());
  }

  /** The same task with other containers in it. */
  public static Task task(QueueMessage event, List<ContainerStatus> containers) {
    var detail = detail(event);
    return new Task(
        detail.path("taskArn").asText(),
        detail.path("clusterArn").asText(),
        detail.path("taskDefinitionArn").asText(),
        detail.path("group").asText(),
        detail.path("launchType").asText(),
        detail.path("startedBy").asText(),
        detail.path("lastStatus").asText(),
        detail.path("stoppedReason").asText(),
        containers,
        ROLE);
  }

  public static BatchJob job(QueueMessage event) {
    var detail = detail(event);
    return new BatchJob(
        detail.path("jobId").asText(),
        detail.path("jobQueue").asText(),
        detail.path("jobDefinition").asText(),
        detail.path("status").asText(),
        detail.path("statusReason").asText(),
        List.of(container(detail.path("container"))),
        detail.path("container").path("executionRoleArn").asText(null));
  }

  /** A container that the limit of its registry kept from starting. */
  public static ContainerStatus unableToPull(String image, @Nullable String pullSecret) {
    return new ContainerStatus(
        image, image, "CannotPullContainerError: toomanyrequests", pullSecret);
  }

  private static ContainerStatus container(JsonNode container) {
    return new ContainerStatus(
        container.path("name").asText(),
        container.path("image").asText(null),
        container.path("reason").asText(),
        null);
  }

  private static JsonNode detail(QueueMessage event) {
    try {
      return new ObjectMapper().readTree(event.body()).path("detail");
    } catch (JsonProcessingException notJson) {
      throw new UncheckedIOException(notJson);
    }
  }
}
