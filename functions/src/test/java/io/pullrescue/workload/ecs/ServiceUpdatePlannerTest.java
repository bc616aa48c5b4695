package io.pullrescue.workload.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.ecs.ServiceUpdatePlan.NoAction;
import io.pullrescue.workload.ecs.ServiceUpdatePlan.Skip;
import io.pullrescue.workload.ecs.ServiceUpdatePlan.UpdateService;
import io.pullrescue.workload.ecs.TaskDefinition.ContainerDefinition;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServiceUpdatePlannerTest {
  private static final String ARN_PREFIX = "arn:aws:ecs:us-east-1:123456789012:";
  private static final String REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
  private static final ImageReference RUBY = ImageReference.of("ruby:2.7");
  private static final MirroredImage MIRRORED_IMAGE =
      new MirroredImage(
          RUBY,
          ImageReference.of(REGISTRY + "/docker-hub/library/ruby:2.7"),
          Digest.of("ruby".getBytes(StandardCharsets.UTF_8)));

  private String launchType = "FARGATE";
  private String status = "ACTIVE";
  private String deploymentController = "ECS";
  private @Nullable String executionRole = "arn:aws:iam::123456789012:role/teams/shop-execution";

  @Test
  void replacesImageOnlyInContainersThatUseIt() {
    assertThat(
            plan(
                container("web", "ruby:2.7"),
                container("job", "docker.io/library/ruby:2.7"),
                container("cache", "redis:7"),
                container("odd", "$IMAGE")))
        .asInstanceOf(type(UpdateService.class))
        .extracting(UpdateService::containerImages)
        .isEqualTo(
            Map.of(
                "web", MIRRORED_IMAGE.mirrorReference(), "job", MIRRORED_IMAGE.mirrorReference()));
  }

  @ParameterizedTest
  @CsvSource({
    "CODE_DEPLOY, AWS CodeDeploy deploys its service (controller CODE_DEPLOY)",
    "EXTERNAL,    a deployer of your own has its service (controller EXTERNAL)",
    "LATER,       its service has the deployment controller LATER"
  })
  void skipsServicesWithOtherDeploymentControllers(String controller, String reason) {
    deploymentController = controller;

    assertThat(skipReason(plan(container("web", "ruby:2.7"))))
        .startsWith(reason)
        .endsWith("; deploy a revision there that names " + MIRRORED_IMAGE.mirrorReference());
  }

  @Test
  void skipsDrainingService() {
    status = "DRAINING";

    assertThat(skipReason(plan(container("web", "ruby:2.7")))).contains("DRAINING, not ACTIVE");
  }

  @Test
  void notesRemovedRepositoryCredentials() {
    assertThat(
            plan(
                new ContainerDefinition("web", "ruby:2.7", true),
                new ContainerDefinition("own", "registry.example/own:1", true)))
        .asInstanceOf(type(UpdateService.class))
        .satisfies(updateService -> {
          assertThat(updateService.containerImages()).containsOnlyKeys("web");
          assertThat(updateService.notes())
              .containsOnlyOnce(
                  "the new revision leaves out the repositoryCredentials of its container web,"
                      + " which Amazon ECR does not take")
              .noneMatch(note -> note.contains("container own"));
        });
  }

  @Test
  void skipsFargateServiceWithoutExecutionRole() {
    executionRole = null;

    assertThat(skipReason(plan(container("web", "ruby:2.7")))).contains("has no execution role");
    launchType = "EC2";
    assertThat(plan(container("web", "ruby:2.7")))
        .asInstanceOf(type(UpdateService.class))
        .satisfies(updateService ->
            assertThat(updateService.notes())
                .singleElement()
                .asString()
                .startsWith("it is the role of the container instances that has to pull from "));
  }

  @Test
  void skipsServiceThatDoesNotUseImage() {
    assertThat(skipReason(plan(container("web", "ruby:3.3"))))
        .contains("names an image that was copied");
  }

  @Test
  void doesNotUpdateServiceThatReferencesMirror() {
    assertThat(plan(container("web", REGISTRY + "/docker-hub/library/ruby:2.7")))
        .asInstanceOf(type(NoAction.class))
        .extracting(NoAction::reason)
        .asString()
        .contains("names the mirror", "finds the copy there by itself");
  }

  @Test
  void doesNotUpdateServiceWhenTaskReferencedMirror() {
    var missing = ImageReference.of(REGISTRY + "/docker-hub/library/ruby:2.7");
    var mirrored = new MirroredImage(missing, missing, MIRRORED_IMAGE.digest());

    assertThat(plan(List.of(mirrored), container("web", missing.toString())))
        .asInstanceOf(type(NoAction.class))
        .extracting(NoAction::reason)
        .asString()
        .contains("names the mirror", "finds the copy there by itself");
  }

  @Test
  void keepsMirrorReferencesWhenReplacingOthers() {
    var missing = ImageReference.of(REGISTRY + "/docker-hub/library/nginx:1.27");
    var mirrored = new MirroredImage(missing, missing, MIRRORED_IMAGE.digest());

    assertThat(
            plan(
                List.of(MIRRORED_IMAGE, mirrored),
                container("web", "ruby:2.7"),
                container("proxy", missing.toString())))
        .asInstanceOf(type(UpdateService.class))
        .extracting(UpdateService::containerImages)
        .isEqualTo(Map.of("web", MIRRORED_IMAGE.mirrorReference()));
  }

  @Test
  void doesNotUpdateServiceThatUsesMirroredImage() {
    assertThat(plan(container("web", MIRRORED_IMAGE.mirrorReference().toString())))
        .isEqualTo(new NoAction("service web starts from the copy already, as shop-web:41"));
  }

  private static String skipReason(ServiceUpdatePlan plan) {
    assertThat(plan).isInstanceOf(Skip.class);
    return ((Skip) plan).reason();
  }

  private static ContainerDefinition container(String name, String image) {
    return new ContainerDefinition(name, image, false);
  }

  private ServiceUpdatePlan plan(ContainerDefinition... containers) {
    return plan(List.of(MIRRORED_IMAGE), containers);
  }

  private ServiceUpdatePlan plan(
      List<MirroredImage> mirroredImages, ContainerDefinition... containers) {
    var definition = ARN_PREFIX + "task-definition/shop-web:41";
    var cluster = ARN_PREFIX + "cluster/shop";
    var task =
        new Task(
            ARN_PREFIX + "task/shop/1",
            cluster,
            definition,
            "service:web",
            launchType,
            "",
            "STOPPED",
            "",
            List.of(),
            executionRole);
    var service =
        new EcsService(
            ARN_PREFIX + "service/shop/web",
            "web",
            cluster,
            status,
            deploymentController,
            definition,
            Map.of());
    var mirror = new MirrorNaming(REGISTRY, MirrorNaming.DEFAULT_PREFIXES);
    return new ServiceUpdatePlanner(mirror, WorkloadRetryMode.ALL)
        .plan(
            task,
            service,
            new TaskDefinition(definition, executionRole, "awsvpc", List.of(containers), Map.of()),
            mirroredImages);
  }
}
