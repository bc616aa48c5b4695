package io.pullrescue.workload.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.ImageReference;
import io.pullrescue.testing.RecordedResponses;
import io.pullrescue.workload.ecs.ServiceUpdatePlan.UpdateService;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/** Checks the requests of concurrent updates of one service. */
final class ServiceClientTest {
  private static final String DEFINITION_ARN =
      "arn:aws:ecs:us-east-1:123456789012:task-definition/shop-web:";
  private static final String CLUSTER = "arn:aws:ecs:us-east-1:123456789012:cluster/shop";
  private static final ImageReference MIRROR_REFERENCE =
      ImageReference.of("123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/ruby:2.7");

  @RegisterExtension private final RecordedResponses aws = new RecordedResponses();

  private final EcsClient ecs = aws.client(EcsClient.builder());
  private final ServiceClient services = new ServiceClient(ecs, new TaskDefinitionClient(ecs));

  @Test
  void concurrentUpdatesUseFirstRegisteredRevision() {
    aws.respondTo("DescribeTaskDefinition", revision(41, "ruby:2.7"))
        .respondTo("RegisterTaskDefinition", revision(43, MIRROR_REFERENCE.toString()))
        .respondTo("DescribeTaskDefinition", revision(42, MIRROR_REFERENCE.toString()));

    assertThat(services.update(plan())).contains("shop-web:42");
    assertThat(aws.requests().getLast())
        .contains("\"taskDefinition\":\"" + DEFINITION_ARN + "42\"");
  }

  @Test
  void doesNotReuseRevisionWithOtherImage() {
    aws.respondTo("DescribeTaskDefinition", revision(41, "ruby:2.7"))
        .respondTo("RegisterTaskDefinition", revision(43, MIRROR_REFERENCE.toString()))
        .respondTo("DescribeTaskDefinition", revision(42, "ruby:3.3"));

    assertThat(services.update(plan())).contains("shop-web:43");
  }

  @Test
  void doesNotReuseDeregisteredRevision() {
    aws.respondTo(
            "DescribeTaskDefinition",
            revision(42, MIRROR_REFERENCE.toString()).replace("\"ACTIVE\"", "\"INACTIVE\""))
        .respondTo("RegisterTaskDefinition", revision(43, MIRROR_REFERENCE.toString()));

    assertThat(services.update(plan())).contains("shop-web:43");
  }

  @Test
  void readsServiceWithoutTaskDefinition() {
    aws.respondTo(
        "DescribeServices",
        """
        {"services": [{
          "serviceArn": "arn:aws:ecs:us-east-1:123456789012:service/shop/web",
          "serviceName": "web", "clusterArn": "%s", "status": "ACTIVE",
          "deploymentController": {"type": "EXTERNAL"},
          "tags": [{"key": "aws:cloudformation:stack-name", "value": "shop"}]
        }]}
        """
            .formatted(CLUSTER));

    var service = services.find(CLUSTER, "web").orElseThrow();

    assertThat(service.deploymentController().typeAsString()).isEqualTo("EXTERNAL");
    assertThat(service.taskDefinition()).isNull();
    assertThat(service.tags())
        .containsExactly(Tag.builder().key("aws:cloudformation:stack-name").value("shop").build());
    assertThat(aws.requests().getFirst()).contains("\"include\":[\"TAGS\"]");
  }

  private static String revision(int number, String image) {
    return """
    {"taskDefinition": {
      "taskDefinitionArn": "%s%d", "family": "shop-web", "revision": %d, "status": "ACTIVE",
      "containerDefinitions": [{"name": "web", "image": "%s"}]
    }}
    """
        .formatted(DEFINITION_ARN, number, number, image);
  }

  private static UpdateService plan() {
    var definition =
        TaskDefinition.builder()
            .taskDefinitionArn(DEFINITION_ARN + 41)
            .family("shop-web")
            .containerDefinitions(
                ContainerDefinition.builder().name("web").image("ruby:2.7").build())
            .build();
    var revision = new TaskDefinitionRevision(definition, List.of(), List.of());
    return new UpdateService(
        new EcsTask(Task.builder().build(), revision, List.of()),
        Service.builder().serviceArn("service").serviceName("web").clusterArn(CLUSTER).build(),
        revision,
        List.of(),
        Map.of("web", MIRROR_REFERENCE),
        List.of());
  }
}
