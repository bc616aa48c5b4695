package io.pullrescue.workload.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.ImageReference;
import io.pullrescue.testing.MotoServer;
import io.pullrescue.workload.ContainerImageRewrite.Container;
import io.pullrescue.workload.ecs.ServiceUpdatePlan.UpdateService;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;

/** Updates a service in the Amazon ECS of moto. */
final class ServiceClientIT {
  @RegisterExtension static final MotoServer MOTO = MotoServer.start();

  private static final ImageReference MIRROR_REFERENCE =
      ImageReference.of("123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/ruby:2.7");
  private static final Tag OPT_IN_TAG = Tag.builder().key("pull-rescue").value("on").build();
  private static final Tag TEAM_TAG = Tag.builder().key("team").value("shop").build();

  private final EcsClient ecs = MOTO.client(EcsClient.builder());
  private final TaskDefinitionClient definitions = new TaskDefinitionClient(ecs);
  private final ServiceClient services = new ServiceClient(ecs, definitions);

  private String family = "";
  private String cluster = "";

  @BeforeEach
  void createService() {
    family = "shop-" + UUID.randomUUID();
    cluster = ecs.createCluster(request -> request.clusterName(family)).cluster().clusterArn();
    register("ruby:2.7");
    ecs.createService(request ->
        request
            .cluster(cluster)
            .serviceName("web")
            .taskDefinition(family)
            .desiredCount(1)
            .tags(OPT_IN_TAG));
  }

  @Test
  void readsServiceAndTaskDefinition() {
    var service = service();

    assertThat(service.status()).isEqualTo("ACTIVE");
    assertThat(service.deploymentController().typeAsString()).isEqualTo("ECS");
    assertThat(service.clusterArn()).isEqualTo(cluster);
    assertThat(service.tags()).containsExactly(OPT_IN_TAG);
    assertThat(service.taskDefinition()).endsWith(family + ":1");
    assertThat(definition(1).name()).isEqualTo(family + ":1");
    assertThat(definition(1).containers())
        .containsExactly(
            new Container("web", "ruby:2.7", false), new Container("cache", "redis:7", false));
    assertThat(definitions.find(family + ":9")).isEmpty();
    assertThat(services.find(cluster, "other")).isEmpty();
    assertThat(services.find(cluster + "-gone", "web")).isEmpty();
  }

  @Test
  void updatesServiceToRevisionThatDiffersOnlyByImage() {
    assertThat(services.update(plan())).contains(family + ":2");

    assertThat(service().taskDefinition()).endsWith(family + ":2");
    var before = definition(1);
    var after = definition(2);
    assertThat(after.definition().containerDefinitions())
        .extracting(ContainerDefinition::image)
        .containsExactly(MIRROR_REFERENCE.toString(), "redis:7");
    assertThat(after.tagList()).containsExactly(TEAM_TAG);
    assertThat(after.registerRequest(Map.of()))
        .isEqualTo(before.registerRequest(Map.of("web", MIRROR_REFERENCE)));
  }

  @Test
  void repeatedUpdatesRegisterOneRevision() {
    var plan = plan();
    for (int attempt = 0; attempt < 10; attempt++) {
      assertThat(services.update(plan)).contains(family + ":2");
    }

    assertThat(
            ecs.listTaskDefinitions(request -> request.familyPrefix(family)).taskDefinitionArns())
        .hasSize(2);
  }

  @Test
  void doesNotReuseRevisionOfAnotherDeployer() {
    var plan = plan();
    register("ruby:3.3");

    assertThat(services.update(plan)).contains(family + ":3");
    assertThat(definition(3).containers().getFirst().image())
        .isEqualTo(MIRROR_REFERENCE.toString());
  }

  private Service service() {
    return services.find(cluster, "web").orElseThrow();
  }

  private UpdateService plan() {
    return new UpdateService(
        new EcsTask(Task.builder().build(), definition(1), List.of()),
        service(),
        definition(1),
        List.of(),
        Map.of("web", MIRROR_REFERENCE),
        List.of());
  }

  private TaskDefinitionRevision definition(int revision) {
    return definitions.find(family + ":" + revision).orElseThrow();
  }

  private void register(String image) {
    ecs.registerTaskDefinition(request ->
        request
            .family(family)
            .containerDefinitions(container("web", image), container("cache", "redis:7"))
            .tags(TEAM_TAG));
  }

  private static ContainerDefinition container(String name, String image) {
    return ContainerDefinition.builder().name(name).image(image).memory(128).build();
  }
}
