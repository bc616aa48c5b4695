package io.pullrescue.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.failure.Container;
import io.pullrescue.failure.Job;
import io.pullrescue.failure.Task;
import java.io.UncheckedIOException;
import java.util.List;

/** The tasks and jobs that sample events are about, as their services would describe them. */
final class Workloads {
  static final String ROLE = "arn:aws:iam::123456789012:role/shop-execution";

  private Workloads() {}

  static Task task(Message event) {
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
        detail.path("containers").valueStream().map(Workloads::container).toList(),
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

  private static Container container(JsonNode container) {
    return new Container(
        container.path("name").asText(),
        container.path("image").asText(null),
        container.path("reason").asText());
  }

  private static JsonNode detail(Message event) {
    try {
      return new ObjectMapper().readTree(event.body()).path("detail");
    } catch (JsonProcessingException notJson) {
      throw new UncheckedIOException(notJson);
    }
  }
}
