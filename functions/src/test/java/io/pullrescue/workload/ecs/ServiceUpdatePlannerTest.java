package io.pullrescue.workload.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.PassableRoles;
import io.pullrescue.workload.ecs.ServiceUpdatePlan.NoAction;
import io.pullrescue.workload.ecs.ServiceUpdatePlan.Skip;
import io.pullrescue.workload.ecs.ServiceUpdatePlan.UpdateService;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

final class ServiceUpdatePlannerTest {
  private static final String ARN_PREFIX = "arn:aws:ecs:us-east-1:123456789012:";
  private static final String REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
  private static final ImageReference RUBY = ImageReference.of("ruby:2.7");
  private static final MirroredImage MIRRORED_IMAGE =
      new MirroredImage(
          RUBY,
          ImageReference.of(REGISTRY + "/docker-hub/library/ruby:2.7"),
          Digest.of("ruby".getBytes(StandardCharsets.UTF_8)));

  private List<String> passRoles = List.of("*");
  private String launchType = "FARGATE";
  private String status = "ACTIVE";
  private String deploymentController = "ECS";
  private @Nullable String executionRole = "arn:aws:iam::123456789012:role/teams/shop-execution";

  private List<String> unknownSettings = List.of();

  /** A new revision would have an empty volume in its place. */
  @Test
  void skipsServiceWithUnknownSettingsByName() {
    unknownSettings = List.of("volumes[0].newConfiguration");

    assertThat(((ServiceUpdatePlan.Skip) plan(container("web", "ruby:2.7"))).reason())
        .startsWith(
            "its definition has settings that this version does not know:"
                + " volumes[0].newConfiguration; update pull-rescue, or register a revision with ");
  }

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
    "EXTERNAL,    an external controller deploys its service (controller EXTERNAL)",
    "LATER,       its service has the deployment controller LATER"
  })
  void skipsServicesWithOtherDeploymentControllers(String controller, String reason) {
    deploymentController = controller;

    assertThat(skipReason(plan(container("web", "ruby:2.7"))))
        .startsWith(reason)
        .endsWith("; deploy a revision there that uses " + MIRRORED_IMAGE.mirrorReference());
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
                withCredentials(container("web", "ruby:2.7")),
                withCredentials(container("own", "registry.example/own:1"))))
        .asInstanceOf(type(UpdateService.class))
        .satisfies(updateService -> {
          assertThat(updateService.containerImages()).containsOnlyKeys("web");
          assertThat(updateService.notes())
              .containsOnlyOnce(
                  "the new revision has no repositoryCredentials for container web, because Amazon"
                      + " ECR accepts only IAM credentials")
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
                .startsWith("the role of the container instances needs permission to pull from "));
  }

  @Test
  void skipsServiceThatDoesNotUseImage() {
    assertThat(skipReason(plan(container("web", "ruby:3.3"))))
        .isEqualTo("no container of shop-web:41 uses a mirrored image");
  }

  @Test
  void doesNotUpdateServiceThatReferencesMirror() {
    assertThat(plan(container("web", REGISTRY + "/docker-hub/library/ruby:2.7")))
        .asInstanceOf(type(NoAction.class))
        .extracting(NoAction::reason)
        .asString()
        .contains("refers to the mirror", "without a change");
  }

  @Test
  void doesNotUpdateServiceWhenTaskReferencedMirror() {
    var missing = ImageReference.of(REGISTRY + "/docker-hub/library/ruby:2.7");
    var mirrored = new MirroredImage(missing, missing, MIRRORED_IMAGE.digest());

    assertThat(plan(List.of(mirrored), container("web", missing.toString())))
        .asInstanceOf(type(NoAction.class))
        .extracting(NoAction::reason)
        .asString()
        .contains("refers to the mirror", "without a change");
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
        .isEqualTo(new NoAction("service web uses the mirrored images already, as shop-web:41"));
  }

  @Test
  void skipsServiceWhoseRoleMayNotBePassed() {
    passRoles = List.of("teams/*");
    assertThat(plan(container("web", "ruby:2.7"))).isInstanceOf(UpdateService.class);

    passRoles = List.of("shop-execution", "arn:aws:iam::123456789012:role/shop-execution");
    assertThat(skipReason(plan(container("web", "ruby:2.7"))))
        .contains("the role teams/shop-execution", "`passRoles`");
  }

  private static String skipReason(ServiceUpdatePlan plan) {
    assertThat(plan).isInstanceOf(Skip.class);
    return ((Skip) plan).reason();
  }

  private static ContainerDefinition container(String name, String image) {
    return ContainerDefinition.builder().name(name).image(image).build();
  }

  private static ContainerDefinition withCredentials(ContainerDefinition container) {
    return container.toBuilder()
        .repositoryCredentials(credentials -> credentials.credentialsParameter("team-login"))
        .build();
  }

  private ServiceUpdatePlan plan(ContainerDefinition... containers) {
    return plan(List.of(MIRRORED_IMAGE), containers);
  }

  private ServiceUpdatePlan plan(
      List<MirroredImage> mirroredImages, ContainerDefinition... containers) {
    var definition =
        new TaskDefinitionRevision(
            TaskDefinition.builder()
                .taskDefinitionArn(ARN_PREFIX + "task-definition/shop-web:41")
                .executionRoleArn(executionRole)
                .networkMode("awsvpc")
                .containerDefinitions(containers)
                .build(),
            List.of(),
            unknownSettings);
    var task =
        Task.builder()
            .taskArn(ARN_PREFIX + "task/shop/1")
            .taskDefinitionArn(definition.arn())
            .group("service:web")
            .launchType(launchType)
            .build();
    var service =
        Service.builder()
            .serviceArn(ARN_PREFIX + "service/shop/web")
            .serviceName("web")
            .status(status)
            .deploymentController(controller -> controller.type(deploymentController))
            .taskDefinition(definition.arn())
            .build();
    var mirror = new MirrorNaming(REGISTRY, MirrorNaming.DEFAULT_PREFIXES);
    return new ServiceUpdatePlanner(mirror, WorkloadRetryMode.ALL, new PassableRoles(passRoles))
        .plan(new EcsTask(task, definition, List.of()), service, definition, mirroredImages);
  }
}
