package io.pullrescue.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.failure.Container;
import io.pullrescue.failure.Job;
import io.pullrescue.failure.Task;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tasks and jobs that sample events are about, as their services would describe them. */
final class Workloads {
  static final String ROLE = "arn:aws:iam::123456789012:role/shop-execution";

  private Workloads() {}

  static Task task(Message event) {
    var containers = detail(event).path("containers").valueStream();
    return task(event, containers.map(Workloads::container).toList());
  }

  /** The same task with other containers in it. */
  static Task task(Message event, List<Container> containers) {
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

  static Job job(Message event) {
    var detail = detail(event);
    return new Job(
        detail.path("jobId").asText(),
        detail.path("jobQueue").asText(),
        detail.path("jobDefinition").asText(),
        detail.path("status").asText(),
        detail.path("statusReason").asText(),
        List.of(container(detail.path("container"))),
        detail.path("container").path("executionRoleArn").asText(null));
  }

  /** A container that the limit of its registry kept from starting. */
  static Container unableToPull(String image, @Nullable String credentials) {
    return new Container(image, image, "CannotPullContainerError: toomanyrequests", credentials);
  }

  private static Container container(JsonNode container) {
    return new Container(
        container.path("name").asText(),
        container.path("image").asText(null),
        container.path("reason").asText(),
        null);
  }

  private static JsonNode detail(Message event) {
    try {
      return new ObjectMapper().readTree(event.body()).path("detail");
    } catch (JsonProcessingException notJson) {
      throw new UncheckedIOException(notJson);
    }
  }
}
