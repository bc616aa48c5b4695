package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.event.EventParser;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.failure.Task;
import io.pullrescue.image.ImageReference;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.report.Announcement.Retried;
import io.pullrescue.report.Announcement.RetryRefused;
import io.pullrescue.retry.Copy;
import io.pullrescue.retry.TaskDefinition.ContainerDefinition;
import io.pullrescue.retry.WorkloadChanges;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** From an image that is there to the service that starts from it. */
final class ServiceUpdateTest {
  private static final String REPLICATED = "rescue/image-replicated-for-task.json";
  private static final ImageReference NGINX = ImageReference.of("nginx:1.27");

  private final Cluster cluster = new Cluster();
  private final Rescued.Ears ears = new Rescued.Ears();
  private final Map<ImageReference, Copy> mirror = new HashMap<>();
  private WorkloadChanges changes = WorkloadChanges.ALL;
  private @Nullable Task task = Workloads.task(Rescued.event("ecs/fargate-rate-limit.json"));

  @Test
  void theServiceStartsFromTheCopy() {
    assertThat(summary())
        .contains("started service web with shop-web:42", "ruby:2.7 from the mirror")
        .contains("(by task definition)");
    assertThat(cluster.updates)
        .singleElement()
        .satisfies(it -> assertThat(it.images()).containsOnlyKeys("web"));
  }

  @Test
  void theReportSaysWhoHasToPullAndWhere() {
    summary();

    assertThat(ears.last())
        .asInstanceOf(type(Retried.class))
        .satisfies(it ->
            assertThat(it.differences())
                .singleElement()
                .isEqualTo(
                    "it is the execution role shop-execution that has to pull from"
                        + " arn:aws:ecr:us-east-1:123456789012:repository/docker-hub/library/ruby"));
  }

  @Test
  void theReportSaysWhatTheServicesStackWillPutBack() {
    cluster.tags.put("aws:cloudformation:stack-name", "shop");

    assertThat(summary())
        .contains("started service web")
        .contains("the CloudFormation stack shop owns the service")
        .contains("its next deployment puts the old image back");
  }

  @Test
  void thereIsOneUpdateHoweverManyOfItsTasksFailed() {
    for (int failed = 0; failed < 10; failed++) {
      summary();
    }

    assertThat(cluster.updates).hasSize(1);
    assertThat(ears.heard).hasSize(1);
    assertThat(summary()).contains("service web starts from the copy already, as shop-web:42");
  }

  @Test
  void nothingIsChangedUnlessTheOperatorAskedForIt() {
    changes = WorkloadChanges.REPORT;
    cluster.tags.put("pull-rescue", "on");

    assertThat(summary()).contains("service web is reported and not changed");
    assertThat(cluster.updates).isEmpty();
    assertThat(ears.heard).isEmpty();
  }

  @Test
  void aTagAsksForOneService() {
    changes = WorkloadChanges.TAGGED;
    assertThat(summary()).contains("service web has no tag pull-rescue = on");
    assertThat(cluster.updates).isEmpty();

    cluster.tags.put("pull-rescue", "on");
    assertThat(summary()).contains("started service web");
  }

  @Test
  void aTagKeepsOneServiceOut() {
    cluster.tags.put("pull-rescue", "off");

    assertThat(summary()).contains("service web has the tag pull-rescue = off");
    assertThat(cluster.updates).isEmpty();
    assertThat(ears.heard).isEmpty();
  }

  @Test
  void aServiceThatAnotherDeploysIsRefusedByName() {
    cluster.controller = "EXTERNAL";
    cluster.runs(null);

    assertThat(summary()).contains("did not run").contains("controller EXTERNAL");
    assertThat(ears.last()).isInstanceOf(RetryRefused.class);
    assertThat(cluster.updates).isEmpty();
  }

  @Test
  void aServiceThatHasMovedOnIsLeftAlone() {
    cluster.runs(cluster.register(50, new ContainerDefinition("web", "ruby:3.3", false)));

    assertThat(summary()).contains("its service has moved on to shop-web:50");
    assertThat(cluster.updates).isEmpty();
  }

  @Test
  void aServiceWaitsUntilEveryImageThatItsTaskCouldNotPullIsThere() {
    failsOfTwoImages();

    assertThat(summary()).contains("still waits for nginx:1.27");
    assertThat(cluster.updates).isEmpty();

    mirror.put(NGINX, Rescued.copy(NGINX));
    assertThat(summary()).contains("started service web with shop-web:42");
    assertThat(cluster.updates)
        .singleElement()
        .satisfies(it -> assertThat(it.images()).containsOnlyKeys("web", "proxy"));
  }

  private void failsOfTwoImages() {
    var sample =
        Rescued.sample("ecs/fargate-rate-limit.json")
            .replace("public.ecr.aws/aws-observability/aws-otel-collector:v0.40.0", "nginx:1.27")
            .replace("\"imageDigest\"", "\"reason\": \"CannotPullContainerError\", \"x\"");
    task = Workloads.task(new Message("1", sample, 1, null));
    cluster.register(
        41,
        new ContainerDefinition("web", "ruby:2.7", false),
        new ContainerDefinition("proxy", "nginx:1.27", false));
  }

  @Test
  void aServiceThatNamesTheMirrorFindsTheCopyByItself() {
    var reference = Rescued.MIRROR.copyOf(ImageReference.of("ruby:2.7")).orElseThrow().toString();
    task = Workloads.task(Rescued.event("ecs/fargate-mirror-not-found.json"));
    cluster.runs(cluster.register(42, new ContainerDefinition("web", reference, false)));
    var replicated =
        Rescued.sample(REPLICATED)
            .replace("[\n      \"docker.io/library/ruby:2.7\"", "[\n      \"" + reference + "\"");

    assertThat(summary(replicated))
        .contains("shop-web:42 names the mirror, and service web finds the copy there by itself");
    assertThat(cluster.updates).isEmpty();
  }

  @Test
  void whatEcsHasForgottenIsLeftAlone() {
    cluster.tags.put("pull-rescue", "on");
    var gone = Rescued.sample("ecs/fargate-rate-limit.json").replace("service:web", "service:gone");
    task = Workloads.task(new Message("1", gone, 1, null));
    assertThat(summary()).contains("ECS knows no service gone");

    task = null;
    assertThat(summary()).contains("ECS knows no task");
  }

  @Test
  void aCopyThatTheMirrorDoesNotKeepThereIsNotRun() {
    var forged = Rescued.sample(REPLICATED).replace("docker-hub/library/ruby", "docker-hub/evil");

    assertThat(summary(forged)).contains("is no place where the mirror keeps that");
    assertThat(cluster.updates).isEmpty();
  }

  private String summary() {
    return summary(Rescued.sample(REPLICATED));
  }

  private String summary(String event) {
    var replicated = (ImageReplicated) new EventParser().parse(event);
    var retry =
        cluster.retry(
            (name, arn) -> Optional.ofNullable(task),
            new AwaitedCopies(image -> Optional.ofNullable(mirror.get(image))),
            changes,
            ears);
    return ((Done) retry.work((TaskFailed) replicated.work(), replicated, 1)).summary();
  }
}
