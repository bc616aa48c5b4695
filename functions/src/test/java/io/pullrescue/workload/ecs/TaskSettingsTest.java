package io.pullrescue.workload.ecs;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pullrescue.testing.RecordedResponses;
import io.pullrescue.testing.ServiceModel;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.ecs.EcsClient;

/**
 * Describes definitions and tasks with everything that the newest model of Amazon ECS knows, and
 * finds it again in the requests, or named as what this version does not know.
 */
final class TaskSettingsTest {
  private static final Set<String> MANAGED_BY_ECS =
      Set.of(
          "taskDefinitionArn",
          "revision",
          "status",
          "requiresAttributes",
          "compatibilities",
          "registeredAt",
          "registeredBy",
          "deregisteredAt",
          "deleteRequestedAt");

  @RegisterExtension private final RecordedResponses aws = new RecordedResponses();

  private final ServiceModel model = ServiceModel.read("ecs/2014-11-13");
  private final EcsClient ecs = aws.client(EcsClient.builder());
  private final TaskDefinitionClient definitions = new TaskDefinitionClient(ecs);

  @Test
  void carriesOrNamesEverySettingOfDefinition() {
    var described = model.document("TaskDefinition");

    var definition = describe(described);

    assertThat(lost(described, definition))
        .allMatch(path -> isWithin(path, MANAGED_BY_ECS) || isWithin(path, definition));
  }

  /** What the service may add tomorrow. */
  @Test
  void namesSettingsThatNoModelKnows() {
    var described = model.document("TaskDefinition");
    ((ObjectNode) described.path("volumes").path(0))
        .putObject("newConfiguration")
        .put("id", "fs-1");
    ((ObjectNode) described.path("containerDefinitions").path(0)).put("newLimit", 5);
    described.put("newMode", "fast").putArray("newList");

    var definition = describe(described);

    assertThat(definition.unknownSettings())
        .contains("volumes[0].newConfiguration", "containerDefinitions[0].newLimit", "newMode")
        .doesNotContain("newList");
    assertThat(lost(described, definition))
        .contains("volumes[0].newConfiguration")
        .allMatch(path ->
            isWithin(path, MANAGED_BY_ECS) || isWithin(path, definition) || path.equals("newList"));
  }

  @Test
  void carriesOrNamesEveryOverrideOfTask() {
    var task = model.document("Task");
    ((ObjectNode) task.path("overrides").path("containerOverrides").path(0))
        .put("name", "web")
        .put("newLimit", 5);
    aws.respondTo("DescribeTasks", "{\"tasks\": [" + task + "]}")
        .respondTo(
            "DescribeTaskDefinition",
            "{\"taskDefinition\": {\"containerDefinitions\": [{\"name\": \"web\"}]}}");
    var found = new TaskClient(ecs, definitions).find("shop", "task").orElseThrow();

    ecs.runTask(
        new RunTaskRequests(found.task(), requireNonNull(found.definition()), "web:2")
            .request("us", "token", null));

    var sent = ServiceModel.parse(aws.requests().getLast());
    assertThat(ServiceModel.lost(task.path("overrides"), sent.path("overrides")))
        .contains("containerOverrides[0].newLimit")
        .allMatch(path -> found.unknownOverrides().stream().anyMatch(path::startsWith));
    assertThat(sent.path("tags")).isEqualTo(task.path("tags"));
    assertThat(sent.path("platformVersion")).isEqualTo(task.path("platformVersion"));
    assertThat(sent.path("group")).isEqualTo(task.path("group"));
    assertThat(sent.path("enableExecuteCommand")).isEqualTo(task.path("enableExecuteCommand"));
  }

  /** A new parameter is to be carried, or the task skipped. */
  @Test
  void knowsEveryParameterOfRunTask() {
    assertThat(model.members("RunTaskRequest"))
        .containsExactlyInAnyOrder(
            "capacityProviderStrategy",
            "clientToken",
            "cluster",
            "count",
            "enableECSManagedTags",
            "enableExecuteCommand",
            "group",
            "launchType",
            "networkConfiguration",
            "overrides",
            "placementConstraints", // of the definition; a note tells it for EC2
            "placementStrategy", // likewise
            "platformVersion",
            "propagateTags", // the task has them as its own
            "referenceId", // only Step Functions and the like set it
            "startedBy",
            "tags",
            "taskDefinition",
            "volumeConfigurations"); // such tasks have an attachment, and are skipped
  }

  private TaskDefinitionRevision describe(ObjectNode described) {
    aws.respondTo("DescribeTaskDefinition", "{\"taskDefinition\": " + described + "}");
    return definitions.find("shop:1").orElseThrow();
  }

  /** Registers the definition again, and returns what the request does not have. */
  private List<String> lost(ObjectNode described, TaskDefinitionRevision definition) {
    ecs.registerTaskDefinition(definition.registerRequest(Map.of()));
    return ServiceModel.lost(described, ServiceModel.parse(aws.requests().getLast()));
  }

  private static boolean isWithin(String path, TaskDefinitionRevision definition) {
    return definition.unknownSettings().stream().anyMatch(path::startsWith);
  }

  private static boolean isWithin(String path, Set<String> members) {
    return members.contains(path.replaceAll("[.\\[].*", ""));
  }
}
