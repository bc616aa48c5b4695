package io.pullrescue.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.failure.Task;
import io.pullrescue.image.ImageReference;
import io.pullrescue.retry.Service;
import io.pullrescue.retry.TaskPlan.UpdateService;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.DescribeTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionField;

/** A service in the Amazon ECS that moto plays. */
final class EcsServicesIT {
  @RegisterExtension static final MotoServer MOTO = MotoServer.start();

  private static final ImageReference COPY =
      ImageReference.of("123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/ruby:2.7");
  private static final Tag ON = Tag.builder().key("pull-rescue").value("on").build();
  private static final Tag TEAM = Tag.builder().key("team").value("shop").build();

  private final EcsClient ecs = MOTO.client(EcsClient.builder());
  private final EcsServices services = new EcsServices(ecs);
  private final EcsTaskDefinitions definitions = new EcsTaskDefinitions(ecs);

  private String family = "";
  private String cluster = "";

  @BeforeEach
  void aServiceRuns() {
    family = "shop-" + System.nanoTime();
    cluster = ecs.createCluster(request -> request.clusterName(family)).cluster().clusterArn();
    register("ruby:2.7");
    ecs.createService(request ->
        request
            .cluster(cluster)
            .serviceName("web")
            .taskDefinition(family)
            .desiredCount(1)
            .tags(ON));
  }

  @Test
  void readsAServiceAndWhatItRuns() {
    var service = service();

    assertThat(service.status()).isEqualTo("ACTIVE");
    assertThat(service.controller()).isEqualTo("ECS");
    assertThat(service.cluster()).isEqualTo(cluster);
    assertThat(service.tags()).containsEntry("pull-rescue", "on");
    assertThat(service.definition()).endsWith(family + ":1");
    assertThat(definitions.definition(family + ":1").name()).isEqualTo(family + ":1");
    assertThat(definitions.definition(family + ":1").containers())
        .extracting(it -> it.name() + " " + it.image() + " " + it.hasCredentials())
        .containsExactly("web ruby:2.7 false", "cache redis:7 false");
    assertThat(services.service(cluster, "other")).isEmpty();
    assertThat(services.service(cluster + "-gone", "web")).isEmpty();
  }

  @Test
  void theServiceRunsARevisionThatDiffersByTheImageAlone() {
    assertThat(services.update(plan())).isEqualTo(family + ":2");

    assertThat(service().definition()).endsWith(family + ":2");
    var before = describe(family + ":1");
    var after = describe(family + ":2");
    assertThat(after.taskDefinition().containerDefinitions())
        .extracting(ContainerDefinition::image)
        .containsExactly(COPY.toString(), "redis:7");
    assertThat(after.tags()).containsExactly(TEAM);
    assertThat(TaskDefinitionRevision.of(after))
        .isEqualTo(TaskDefinitionRevision.of(before, Map.of("web", COPY)));
  }

  @Test
  void thereIsOneNewRevisionHoweverOftenItIsAskedFor() {
    var plan = plan();
    for (int asked = 0; asked < 10; asked++) {
      assertThat(services.update(plan)).isEqualTo(family + ":2");
    }

    assertThat(
            ecs.listTaskDefinitions(request -> request.familyPrefix(family)).taskDefinitionArns())
        .hasSize(2);
  }

  @Test
  void aNewerRevisionOfSomebodyElsesIsNotTakenForOurs() {
    var plan = plan();
    register("ruby:3.3");

    assertThat(services.update(plan)).isEqualTo(family + ":3");
    assertThat(definitions.definition(family + ":3").containers().getFirst().image())
        .isEqualTo(COPY.toString());
  }

  private Service service() {
    return services.service(cluster, "web").orElseThrow();
  }

  private UpdateService plan() {
    var definition = definitions.definition(family + ":1");
    var task =
        new Task(
            "task",
            cluster,
            definition.arn(),
            "service:web",
            "EC2",
            "",
            "STOPPED",
            "",
            List.of(),
            null);
    return new UpdateService(
        task, service(), definition, List.of(), Map.of("web", COPY), List.of());
  }

  private DescribeTaskDefinitionResponse describe(String name) {
    return ecs.describeTaskDefinition(
        request -> request.taskDefinition(name).include(TaskDefinitionField.TAGS));
  }

  private void register(String image) {
    ecs.registerTaskDefinition(request ->
        request
            .family(family)
            .containerDefinitions(container("web", image), container("cache", "redis:7"))
            .tags(TEAM));
  }

  private static ContainerDefinition container(String name, String image) {
    return ContainerDefinition.builder().name(name).image(image).memory(128).build();
  }
}
