package io.pullrescue.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.failure.Task;
import io.pullrescue.image.ImageReference;
import io.pullrescue.retry.Service;
import io.pullrescue.retry.TaskDefinition;
import io.pullrescue.retry.TaskPlan.UpdateService;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.ecs.EcsClient;

/** What two messages of one service do that are worked on at the same time, call by call. */
final class EcsServicesTest {
  private static final String DEFINITION =
      "arn:aws:ecs:us-east-1:123456789012:task-definition/shop-web:";
  private static final String CLUSTER = "arn:aws:ecs:us-east-1:123456789012:cluster/shop";
  private static final ImageReference COPY =
      ImageReference.of("123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/ruby:2.7");

  @RegisterExtension private final RecordedAnswers aws = new RecordedAnswers();

  private final EcsServices services = new EcsServices(aws.client(EcsClient.builder()));

  @Test
  void whoeverRegistersSecondTakesTheFirstRevision() {
    aws.to("DescribeTaskDefinition", revision(41, "ruby:2.7"))
        .to("DescribeTaskDefinition", revision(41, "ruby:2.7"))
        .to("RegisterTaskDefinition", revision(43, COPY.toString()))
        .to("DescribeTaskDefinition", revision(42, COPY.toString()));

    assertThat(services.update(plan())).isEqualTo("shop-web:42");
    assertThat(aws.asked().getLast()).contains("\"taskDefinition\":\"" + DEFINITION + "42\"");
  }

  @Test
  void aRevisionThatSomebodyElseRegisteredMeanwhileIsNotTaken() {
    aws.to("DescribeTaskDefinition", revision(41, "ruby:2.7"))
        .to("DescribeTaskDefinition", revision(41, "ruby:2.7"))
        .to("RegisterTaskDefinition", revision(43, COPY.toString()))
        .to("DescribeTaskDefinition", revision(42, "ruby:3.3"));

    assertThat(services.update(plan())).isEqualTo("shop-web:43");
  }

  @Test
  void aRevisionThatWasTakenBackIsNotRun() {
    aws.to("DescribeTaskDefinition", revision(41, "ruby:2.7"))
        .to(
            "DescribeTaskDefinition",
            revision(42, COPY.toString()).replace("\"ACTIVE\"", "\"INACTIVE\""))
        .to("RegisterTaskDefinition", revision(43, COPY.toString()));

    assertThat(services.update(plan())).isEqualTo("shop-web:43");
  }

  @Test
  void readsAServiceWhoseDeployerKeepsItsDefinitionToItself() {
    aws.to(
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

    var service = services.service(CLUSTER, "web").orElseThrow();

    assertThat(service.controller()).isEqualTo("EXTERNAL");
    assertThat(service.definition()).isNull();
    assertThat(service.tags()).containsEntry("aws:cloudformation:stack-name", "shop");
    assertThat(aws.asked().getFirst()).contains("\"include\":[\"TAGS\"]");
  }

  private static String revision(int number, String image) {
    return """
    {"taskDefinition": {
      "taskDefinitionArn": "%s%d", "family": "shop-web", "revision": %d, "status": "ACTIVE",
      "containerDefinitions": [{"name": "web", "image": "%s"}]
    }}
    """
        .formatted(DEFINITION, number, number, image);
  }

  private static UpdateService plan() {
    var definition = DEFINITION + "41";
    return new UpdateService(
        new Task(
            "task", CLUSTER, definition, "service:web", "EC2", "", "STOPPED", "", List.of(), null),
        new Service("service", "web", CLUSTER, "ACTIVE", "ECS", definition, Map.of()),
        new TaskDefinition(definition, null, "", List.of(), Map.of()),
        List.of(),
        Map.of("web", COPY),
        List.of());
  }
}
