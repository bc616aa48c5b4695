package io.pullrescue.workload.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pullrescue.testing.RecordedResponses;
import io.pullrescue.workload.ContainerStatus;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.ecs.EcsClient;

/**
 * Uses the details of sample events as responses of DescribeTasks, which have the same form except
 * for times.
 */
final class TaskClientTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CLUSTER = "arn:aws:ecs:us-east-1:123456789012:cluster/shop";

  @RegisterExtension private final RecordedResponses aws = new RecordedResponses();

  private final EcsClient ecs = aws.client(EcsClient.builder());
  private final TaskClient tasks = new TaskClient(ecs, new TaskDefinitionClient(ecs));

  @Test
  void readsTaskAndExecutionRoleOfDefinition() throws IOException {
    describe("fargate-rate-limit");
    aws.respondTo(
        "DescribeTaskDefinition",
        "{\"taskDefinition\": {\"executionRoleArn\": \"arn:aws:iam::123456789012:role/shop\","
            + " \"containerDefinitions\": [{\"name\": \"web\"}, {\"name\": \"telemetry\"}]}}");

    var task = find();

    assertThat(task.task().clusterArn()).isEqualTo(CLUSTER);
    assertThat(task.task().taskDefinitionArn()).endsWith(":task-definition/shop-web:41");
    assertThat(task.serviceName()).contains("web");
    assertThat(task.launchType()).isEqualTo("FARGATE");
    assertThat(task.startedBy()).isEqualTo("ecs-svc/2770844949256052681");
    assertThat(task.task().lastStatus()).isEqualTo("STOPPED");
    assertThat(task.task().stoppedReason()).startsWith("CannotPullContainerError: ");
    assertThat(task.containers())
        .extracting(ContainerStatus::name)
        .containsExactly("web", "telemetry");
    assertThat(task.containers().getFirst().image()).isEqualTo("ruby:2.7");
    assertThat(task.containers().getFirst().reason()).isEqualTo(task.task().stoppedReason());
    assertThat(task.executionRole()).isEqualTo("arn:aws:iam::123456789012:role/shop");
    assertThat(task.attachmentTypes()).containsExactly("eni");
    assertThat(aws.requests()).hasSize(2);
    assertThat(aws.requests().getFirst())
        .contains(CLUSTER, "task/shop/1", "\"include\":[\"TAGS\"]");
  }

  @Test
  void takesMissingImageFromDefinition() throws IOException {
    describe("ec2-several-containers");
    aws.respondTo(
        "DescribeTaskDefinition",
        "{\"taskDefinition\": {\"containerDefinitions\": [{\"name\": \"web\"}, {\"name\": \"cache\"},"
            + " {\"name\": \"aws-guardduty-agent-x1y2z3\", \"image\": \"agent:1\"}]}}");

    assertThat(find().containers())
        .extracting(ContainerStatus::image)
        .containsExactly("nginx:1.27", "redis:7", "agent:1");
  }

  @Test
  void ignoresContainersThatAwsAdds() throws IOException {
    describe("ec2-several-containers");
    aws.respondTo(
        "DescribeTaskDefinition",
        "{\"taskDefinition\": {\"containerDefinitions\": [{\"name\": \"web\"}]}}");

    assertThat(find().containers()).extracting(ContainerStatus::name).containsExactly("web");
  }

  @Test
  void readsRepositoryCredentialsOfContainers() throws IOException {
    describe("fargate-rate-limit");
    aws.respondTo(
        "DescribeTaskDefinition",
        "{\"taskDefinition\": {\"containerDefinitions\": [{\"name\": \"web\","
            + " \"repositoryCredentials\": {\"credentialsParameter\": \"team-login\"}},"
            + " {\"name\": \"telemetry\"}]}}");

    assertThat(find().containers())
        .extracting(ContainerStatus::pullSecret)
        .containsExactly("team-login", null);
  }

  @Test
  void prefersExecutionRoleOverrideOfTask() throws IOException {
    describe("fargate-rate-limit", "arn:aws:iam::123456789012:role/once");
    aws.respondTo("DescribeTaskDefinition", "{\"taskDefinition\": {}}");

    assertThat(find().executionRole()).isEqualTo("arn:aws:iam::123456789012:role/once");
  }

  @Test
  void readsTaskWithDeletedDefinition() throws IOException {
    describe("ec2-several-containers");
    aws.respondTo("DescribeTaskDefinition", "{\"__type\": \"ClientException\"}");

    var task = find();

    assertThat(task.executionRole()).isNull();
    assertThat(task.containers().getLast().image()).isNull();
  }

  @Test
  void returnsEmptyForUnknownTaskOrCluster() {
    aws.respondTo("DescribeTasks", "{\"tasks\": [], \"failures\": [{\"reason\": \"MISSING\"}]}")
        .respondTo("DescribeTasks", "{\"__type\": \"ClusterNotFoundException\"}");

    assertThat(tasks.find(CLUSTER, "task")).isEmpty();
    assertThat(tasks.find(CLUSTER, "task")).isEmpty();
  }

  private EcsTask find() {
    return tasks.find(CLUSTER, "arn:aws:ecs:us-east-1:123456789012:task/shop/1").orElseThrow();
  }

  private void describe(String sample) throws IOException {
    aws.respondTo("DescribeTasks", "{\"tasks\": [" + task(sample) + "]}");
  }

  private void describe(String sample, String role) throws IOException {
    var task = task(sample);
    ((ObjectNode) task.path("overrides")).put("executionRoleArn", role);
    aws.respondTo("DescribeTasks", "{\"tasks\": [" + task + "]}");
  }

  private static JsonNode task(String sample) throws IOException {
    var event = JSON.readTree(Path.of("../events/ecs", sample + ".json").toFile());
    var task = (ObjectNode) event.path("detail");
    task.remove(
        task.properties().stream()
            .map(property -> property.getKey())
            .filter(name -> name.endsWith("At"))
            .toList());
    return task;
  }
}
