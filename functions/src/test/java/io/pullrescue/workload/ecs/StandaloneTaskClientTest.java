package io.pullrescue.workload.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.ImageReference;
import io.pullrescue.testing.RecordedResponses;
import io.pullrescue.workload.ecs.RunTaskPlan.RunTask;
import io.pullrescue.workload.ecs.StandaloneTaskClientPort.StartResult;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.ecs.EcsClient;

/** A task is started again, call by call. */
final class StandaloneTaskClientTest {
  private static final String ARN_PREFIX = "arn:aws:ecs:us-east-1:123456789012:";
  private static final String DEFINITION_ARN = ARN_PREFIX + "task-definition/import:";
  private static final ImageReference MIRROR_REFERENCE =
      ImageReference.of("123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/ruby:2.7");
  private static final TaskNetwork NETWORK =
      new TaskNetwork(List.of("subnet-1"), List.of("sg-1"), "ENABLED");

  @RegisterExtension private final RecordedResponses aws = new RecordedResponses();

  private final StandaloneTaskClient tasks =
      new StandaloneTaskClient(aws.client(EcsClient.builder()));
  private final Task task =
      new Task(
          ARN_PREFIX + "task/shop/1",
          ARN_PREFIX + "cluster/shop",
          DEFINITION_ARN + "7",
          "family:import",
          "FARGATE",
          "",
          "STOPPED",
          "",
          List.of(),
          null);

  @Test
  void readsStandaloneTask() {
    aws.respondTo(
        "DescribeTasks",
        """
        {"tasks": [{
          "createdAt": 1781519407, "attachments": [{"type": "eni", "status": "DELETED"}],
          "tags": [{"key": "pull-rescue", "value": "on"}]
        }]}
        """);

    var standalone = tasks.find(task).orElseThrow();

    assertThat(standalone.createdAt()).isEqualTo(Instant.ofEpochSecond(1781519407));
    assertThat(standalone.attachmentTypes()).containsExactly("eni");
    assertThat(standalone.tags()).containsEntry("pull-rescue", "on");
    assertThat(aws.requests().getFirst()).contains("\"include\":[\"TAGS\"]");
  }

  @Test
  void doesNotStartUnknownTask() {
    aws.respondTo("DescribeTasks", "{\"tasks\": []}").respondTo("DescribeTasks", "{\"tasks\": []}");

    assertThat(tasks.find(task)).isEmpty();
    assertThat(tasks.run(plan(Map.of()), null)).isInstanceOf(StartResult.NotPlaced.class);
  }

  @Test
  void startsSameTaskWithNextRevision() {
    aws.respondTo(
            "DescribeTasks",
            "{\"tasks\": [{\"clusterArn\": \"shop\", \"launchType\": \"FARGATE\"}]}")
        .respondTo("DescribeTaskDefinition", revision(7, "ruby:2.7"))
        .respondTo("DescribeTaskDefinition", revision(7, "ruby:2.7"))
        .respondTo("RegisterTaskDefinition", revision(8, MIRROR_REFERENCE.toString()))
        .respondTo("RunTask", "{\"tasks\": [{\"taskArn\": \"" + ARN_PREFIX + "task/shop/2\"}]}");

    assertThat(tasks.run(plan(Map.of("web", MIRROR_REFERENCE)), NETWORK))
        .isEqualTo(new StartResult.Started(ARN_PREFIX + "task/shop/2", "import:8"));

    assertThat(aws.requests().getFirst())
        .contains(
            "\"startedBy\":\"pull-rescue/1\"", "\"cluster\":\"" + ARN_PREFIX + "cluster/shop\"");
    assertThat(aws.requests().getLast())
        .contains("\"taskDefinition\":\"" + DEFINITION_ARN + "8\"")
        .contains("\"securityGroups\":[\"sg-1\"]", "\"assignPublicIp\":\"ENABLED\"")
        .contains("\"clientToken\":\"pull-rescue-1\"");
  }

  @Test
  void registersNoRevisionWhenDefinitionReferencesMirror() {
    aws.respondTo("DescribeTasks", "{\"tasks\": [{\"clusterArn\": \"shop\"}]}")
        .respondTo("RunTask", "{\"tasks\": [{\"taskArn\": \"" + ARN_PREFIX + "task/shop/2\"}]}");

    assertThat(tasks.run(plan(Map.of()), null))
        .isEqualTo(new StartResult.Started(ARN_PREFIX + "task/shop/2", "import:7"));
    assertThat(aws.requests()).hasSize(3);
  }

  @Test
  void doesNotStartTaskTwice() {
    aws.respondTo("ListTasks", "{\"taskArns\": [\"" + ARN_PREFIX + "task/shop/2\"]}");

    assertThat(tasks.run(plan(Map.of("web", MIRROR_REFERENCE)), NETWORK))
        .isEqualTo(new StartResult.AlreadyRunning(ARN_PREFIX + "task/shop/2"));
    assertThat(aws.requests()).hasSize(1);
  }

  @Test
  void reportsWhyTaskWasNotPlaced() {
    aws.respondTo("DescribeTasks", "{\"tasks\": [{\"clusterArn\": \"shop\"}]}")
        .respondTo(
            "RunTask",
            "{\"tasks\": [], \"failures\": [{\"reason\": \"RESOURCE:MEMORY\"},"
                + " {\"reason\": \"RESOURCE:MEMORY\"}]}");

    assertThat(tasks.run(plan(Map.of()), null))
        .isEqualTo(new StartResult.NotPlaced("ECS could not place it: RESOURCE:MEMORY"));
  }

  private RunTask plan(Map<String, ImageReference> images) {
    return new RunTask(
        new StandaloneTask(task, Map.of(), Set.of(), null),
        List.of(),
        images,
        "pull-rescue/1",
        "pull-rescue-1",
        true,
        List.of());
  }

  private static String revision(int number, String image) {
    return """
    {"taskDefinition": {
      "taskDefinitionArn": "%s%d", "family": "import", "revision": %d, "status": "ACTIVE",
      "containerDefinitions": [{"name": "web", "image": "%s"}]
    }}
    """
        .formatted(DEFINITION_ARN, number, number, image);
  }
}
