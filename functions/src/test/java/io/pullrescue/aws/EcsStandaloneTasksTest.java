package io.pullrescue.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.failure.Task;
import io.pullrescue.image.ImageReference;
import io.pullrescue.retry.StandaloneTask;
import io.pullrescue.retry.StandaloneTasks.Start;
import io.pullrescue.retry.TaskNetwork;
import io.pullrescue.retry.TaskRunPlan.RunTask;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.ecs.EcsClient;

/** A task is started again, call by call. */
final class EcsStandaloneTasksTest {
  private static final String HERE = "arn:aws:ecs:us-east-1:123456789012:";
  private static final String DEFINITION = HERE + "task-definition/import:";
  private static final ImageReference COPY =
      ImageReference.of("123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/ruby:2.7");
  private static final TaskNetwork NETWORK =
      new TaskNetwork(List.of("subnet-1"), List.of("sg-1"), "ENABLED");

  @RegisterExtension private final RecordedAnswers aws = new RecordedAnswers();

  private final EcsStandaloneTasks tasks = new EcsStandaloneTasks(aws.client(EcsClient.builder()));
  private final Task task =
      new Task(
          HERE + "task/shop/1",
          HERE + "cluster/shop",
          DEFINITION + "7",
          "family:import",
          "FARGATE",
          "",
          "STOPPED",
          "",
          List.of(),
          null);

  @Test
  void readsWhatTheDecisionTakes() {
    aws.to(
        "DescribeTasks",
        """
        {"tasks": [{
          "createdAt": 1781519407, "attachments": [{"type": "eni", "status": "DELETED"}],
          "tags": [{"key": "pull-rescue", "value": "on"}]
        }]}
        """);

    var standalone = tasks.standalone(task).orElseThrow();

    assertThat(standalone.created()).isEqualTo(Instant.ofEpochSecond(1781519407));
    assertThat(standalone.attachments()).containsExactly("eni");
    assertThat(standalone.tags()).containsEntry("pull-rescue", "on");
    assertThat(aws.asked().getFirst()).contains("\"include\":[\"TAGS\"]");
  }

  @Test
  void aTaskThatIsForgottenIsNeitherReadNorStarted() {
    aws.to("DescribeTasks", "{\"tasks\": []}").to("DescribeTasks", "{\"tasks\": []}");

    assertThat(tasks.standalone(task)).isEmpty();
    assertThat(tasks.run(plan(Map.of()), null)).isInstanceOf(Start.NotPlaced.class);
  }

  @Test
  void startsTheSameTaskWithTheNextRevision() {
    aws.to(
            "DescribeTasks",
            "{\"tasks\": [{\"clusterArn\": \"shop\", \"launchType\": \"FARGATE\"}]}")
        .to("DescribeTaskDefinition", revision(7, "ruby:2.7"))
        .to("DescribeTaskDefinition", revision(7, "ruby:2.7"))
        .to("RegisterTaskDefinition", revision(8, COPY.toString()))
        .to("RunTask", "{\"tasks\": [{\"taskArn\": \"" + HERE + "task/shop/2\"}]}");

    assertThat(tasks.run(plan(Map.of("web", COPY)), NETWORK))
        .isEqualTo(new Start.Started(HERE + "task/shop/2", "import:8"));

    assertThat(aws.asked().getFirst())
        .contains("\"startedBy\":\"pull-rescue/1\"", "\"cluster\":\"" + HERE + "cluster/shop\"");
    assertThat(aws.asked().getLast())
        .contains("\"taskDefinition\":\"" + DEFINITION + "8\"")
        .contains("\"securityGroups\":[\"sg-1\"]", "\"assignPublicIp\":\"ENABLED\"")
        .contains("\"clientToken\":\"pull-rescue-1\"");
  }

  @Test
  void registersNothingWhereTheDefinitionNamesTheMirror() {
    aws.to("DescribeTasks", "{\"tasks\": [{\"clusterArn\": \"shop\"}]}")
        .to("RunTask", "{\"tasks\": [{\"taskArn\": \"" + HERE + "task/shop/2\"}]}");

    assertThat(tasks.run(plan(Map.of()), null))
        .isEqualTo(new Start.Started(HERE + "task/shop/2", "import:7"));
    assertThat(aws.asked()).hasSize(3);
  }

  @Test
  void aTaskThatRunsAlreadyIsNotStartedTwice() {
    aws.to("ListTasks", "{\"taskArns\": [\"" + HERE + "task/shop/2\"]}");

    assertThat(tasks.run(plan(Map.of("web", COPY)), NETWORK))
        .isEqualTo(new Start.Running(HERE + "task/shop/2"));
    assertThat(aws.asked()).hasSize(1);
  }

  @Test
  void saysWhyEcsFoundNoPlace() {
    aws.to("DescribeTasks", "{\"tasks\": [{\"clusterArn\": \"shop\"}]}")
        .to(
            "RunTask",
            "{\"tasks\": [], \"failures\": [{\"reason\": \"RESOURCE:MEMORY\"},"
                + " {\"reason\": \"RESOURCE:MEMORY\"}]}");

    assertThat(tasks.run(plan(Map.of()), null))
        .isEqualTo(new Start.NotPlaced("ECS could not place it: RESOURCE:MEMORY"));
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
        .formatted(DEFINITION, number, number, image);
  }
}
