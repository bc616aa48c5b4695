package io.pullrescue.workload.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.ImageReference;
import io.pullrescue.testing.RecordedResponses;
import io.pullrescue.workload.ecs.RunTaskPlan.RunTask;
import io.pullrescue.workload.ecs.StandaloneTaskClient.StartResult;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.AwsVpcConfiguration;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/** Checks the requests that run a task again. */
final class StandaloneTaskClientTest {
  private static final String ARN_PREFIX = "arn:aws:ecs:us-east-1:123456789012:";
  private static final String DEFINITION_ARN = ARN_PREFIX + "task-definition/import:";
  private static final ImageReference MIRROR_REFERENCE =
      ImageReference.of("123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/ruby:2.7");
  private static final AwsVpcConfiguration NETWORK =
      AwsVpcConfiguration.builder()
          .subnets("subnet-1")
          .securityGroups("sg-1")
          .assignPublicIp("ENABLED")
          .build();
  private static final Task TASK =
      Task.builder()
          .taskArn(ARN_PREFIX + "task/shop/1")
          .clusterArn(ARN_PREFIX + "cluster/shop")
          .taskDefinitionArn(DEFINITION_ARN + 7)
          .group("family:import")
          .launchType(LaunchType.FARGATE)
          .build();

  @RegisterExtension private final RecordedResponses aws = new RecordedResponses();

  private final EcsClient ecs = aws.client(EcsClient.builder());
  private final StandaloneTaskClient tasks =
      new StandaloneTaskClient(ecs, new TaskDefinitionClient(ecs));

  @Test
  void startsSameTaskWithNextRevision() {
    aws.respondTo("RegisterTaskDefinition", revision(8, MIRROR_REFERENCE.toString()))
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
    aws.respondTo("RunTask", "{\"tasks\": [{\"taskArn\": \"" + ARN_PREFIX + "task/shop/2\"}]}");

    assertThat(tasks.run(plan(Map.of()), null))
        .isEqualTo(new StartResult.Started(ARN_PREFIX + "task/shop/2", "import:7"));
    assertThat(aws.requests()).hasSize(3);
  }

  @Test
  void doesNotStartTaskTwice() {
    aws.respondTo("ListTasks", "{\"taskArns\": [\"" + ARN_PREFIX + "task/shop/2\"]}");

    assertThat(tasks.run(plan(Map.of("web", MIRROR_REFERENCE)), NETWORK))
        .isEqualTo(new StartResult.AlreadyStarted(ARN_PREFIX + "task/shop/2"));
    assertThat(aws.requests()).hasSize(1);
  }

  /** Without a status, ListTasks returns running tasks only. */
  @Test
  void doesNotStartTaskAgainThatHasEnded() {
    aws.respondTo("ListTasks", "{\"taskArns\": []}")
        .respondTo("ListTasks", "{\"taskArns\": [\"" + ARN_PREFIX + "task/shop/2\"]}");

    assertThat(tasks.run(plan(Map.of("web", MIRROR_REFERENCE)), NETWORK))
        .isEqualTo(new StartResult.AlreadyStarted(ARN_PREFIX + "task/shop/2"));
    assertThat(aws.requests().getLast()).contains("\"desiredStatus\":\"STOPPED\"");
    assertThat(aws.requests()).hasSize(2);
  }

  /** ECS knows the token after it lists the task no more. */
  @Test
  void doesNotStartTaskWhoseTokenWasUsed() {
    aws.respondTo(
        "RunTask",
        "{\"__type\": \"ConflictException\", \"resourceIds\": [\""
            + ARN_PREFIX
            + "task/shop/2\"]}");

    assertThat(tasks.run(plan(Map.of()), null))
        .isEqualTo(new StartResult.AlreadyStarted(ARN_PREFIX + "task/shop/2"));
  }

  @Test
  void reportsWhyTaskWasNotPlaced() {
    aws.respondTo(
        "RunTask",
        "{\"tasks\": [], \"failures\": [{\"reason\": \"RESOURCE:MEMORY\"},"
            + " {\"reason\": \"RESOURCE:MEMORY\"}]}");

    assertThat(tasks.run(plan(Map.of()), null))
        .isEqualTo(new StartResult.NotPlaced("ECS could not place it: RESOURCE:MEMORY"));
  }

  private static RunTask plan(Map<String, ImageReference> images) {
    var definition =
        new TaskDefinitionRevision(
            TaskDefinition.builder()
                .taskDefinitionArn(DEFINITION_ARN + 7)
                .family("import")
                .revision(7)
                .status("ACTIVE")
                .containerDefinitions(
                    ContainerDefinition.builder().name("web").image("ruby:2.7").build())
                .build(),
            List.of(),
            List.of());
    return new RunTask(
        new EcsTask(TASK, definition, List.of()),
        definition,
        definition,
        List.of(),
        images,
        "pull-rescue/1",
        "pull-rescue-1",
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
