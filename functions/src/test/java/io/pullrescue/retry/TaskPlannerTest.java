package io.pullrescue.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.failure.Task;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Mirror;
import io.pullrescue.retry.TaskDefinition.ContainerDefinition;
import io.pullrescue.retry.TaskPlan.Leave;
import io.pullrescue.retry.TaskPlan.Nothing;
import io.pullrescue.retry.TaskPlan.UpdateService;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TaskPlannerTest {
  private static final String HERE = "arn:aws:ecs:us-east-1:123456789012:";
  private static final String MIRROR = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
  private static final ImageReference RUBY = ImageReference.of("ruby:2.7");
  private static final Copy COPY =
      new Copy(
          RUBY,
          ImageReference.of(MIRROR + "/docker-hub/library/ruby:2.7"),
          Digest.of("ruby".getBytes(StandardCharsets.UTF_8)));

  private String launchType = "FARGATE";
  private String status = "ACTIVE";
  private String controller = "ECS";
  private @Nullable String role = "arn:aws:iam::123456789012:role/teams/shop-execution";

  @Test
  void givesTheCopyToEveryContainerOfThatImageAndToNoOther() {
    assertThat(
            plan(
                container("web", "ruby:2.7"),
                container("job", "docker.io/library/ruby:2.7"),
                container("cache", "redis:7"),
                container("odd", "$IMAGE")))
        .asInstanceOf(type(UpdateService.class))
        .extracting(UpdateService::images)
        .isEqualTo(Map.of("web", COPY.copy(), "job", COPY.copy()));
  }

  @ParameterizedTest
  @CsvSource({
    "CODE_DEPLOY, AWS CodeDeploy deploys its service (controller CODE_DEPLOY)",
    "EXTERNAL,    a deployer of your own has its service (controller EXTERNAL)",
    "LATER,       its service has the deployment controller LATER"
  })
  void refusesByNameWhatAnotherDeploys(String name, String why) {
    controller = name;

    assertThat(why(plan(container("web", "ruby:2.7"))))
        .startsWith(why)
        .endsWith("; deploy a revision there that names " + COPY.copy());
  }

  @Test
  void refusesAServiceThatIsBeingDeleted() {
    status = "DRAINING";

    assertThat(why(plan(container("web", "ruby:2.7")))).contains("DRAINING, not ACTIVE");
  }

  @Test
  void refusesContainersThatLogInElsewhere() {
    assertThat(why(plan(new ContainerDefinition("web", "ruby:2.7", true))))
        .contains("its container web has repositoryCredentials")
        .endsWith("name " + COPY.copy());
    assertThat(
            plan(
                container("web", "ruby:2.7"),
                new ContainerDefinition("own", "registry.example/own:1", true)))
        .isInstanceOf(UpdateService.class);
  }

  @Test
  void refusesWhatCouldNotPullOnFargate() {
    role = null;

    assertThat(why(plan(container("web", "ruby:2.7")))).contains("has no execution role");
    launchType = "EC2";
    assertThat(plan(container("web", "ruby:2.7")))
        .asInstanceOf(type(UpdateService.class))
        .satisfies(it ->
            assertThat(it.remarks())
                .singleElement()
                .asString()
                .startsWith("it is the role of the container instances that has to pull from "));
  }

  @Test
  void refusesWhatDoesNotNameTheImage() {
    assertThat(why(plan(container("web", "ruby:3.3")))).contains("names an image that was copied");
  }

  @Test
  void rewritesNothingThatNamesTheMirrorAlready() {
    assertThat(plan(container("web", MIRROR + "/docker-hub/library/ruby:2.7")))
        .asInstanceOf(type(Nothing.class))
        .extracting(Nothing::why)
        .asString()
        .contains("names the mirror", "finds the copy there by itself");
  }

  @Test
  void rewritesNothingWhereTheTaskAskedTheMirrorItself() {
    var missing = ImageReference.of(MIRROR + "/docker-hub/library/ruby:2.7");
    var filled = new Copy(missing, missing, COPY.digest());

    assertThat(plan(List.of(filled), container("web", missing.toString())))
        .asInstanceOf(type(Nothing.class))
        .extracting(Nothing::why)
        .asString()
        .contains("names the mirror", "finds the copy there by itself");
  }

  @Test
  void leavesTheMirrorsOwnNamesWhereOthersHaveToBeRewritten() {
    var missing = ImageReference.of(MIRROR + "/docker-hub/library/nginx:1.27");
    var filled = new Copy(missing, missing, COPY.digest());

    assertThat(
            plan(
                List.of(COPY, filled),
                container("web", "ruby:2.7"),
                container("proxy", missing.toString())))
        .asInstanceOf(type(UpdateService.class))
        .extracting(UpdateService::images)
        .isEqualTo(Map.of("web", COPY.copy()));
  }

  @Test
  void hasNothingToDoWhereTheCopyIsInUse() {
    assertThat(plan(container("web", COPY.copy().toString())))
        .isEqualTo(new Nothing("service web starts from the copy already, as shop-web:41"));
  }

  private static String why(TaskPlan plan) {
    assertThat(plan).isInstanceOf(Leave.class);
    return ((Leave) plan).why();
  }

  private static ContainerDefinition container(String name, String image) {
    return new ContainerDefinition(name, image, false);
  }

  private TaskPlan plan(ContainerDefinition... containers) {
    return plan(List.of(COPY), containers);
  }

  private TaskPlan plan(List<Copy> copies, ContainerDefinition... containers) {
    var definition = HERE + "task-definition/shop-web:41";
    var cluster = HERE + "cluster/shop";
    var task =
        new Task(
            HERE + "task/shop/1",
            cluster,
            definition,
            "service:web",
            launchType,
            "",
            "STOPPED",
            "",
            List.of(),
            role);
    var service =
        new Service(
            HERE + "service/shop/web", "web", cluster, status, controller, definition, Map.of());
    var mirror = new Mirror(MIRROR, Mirror.CUSTOMARY_PREFIXES);
    return new TaskPlanner(mirror, WorkloadChanges.ALL)
        .plan(
            task,
            service,
            new TaskDefinition(definition, role, "awsvpc", List.of(containers), Map.of()),
            copies);
  }
}
