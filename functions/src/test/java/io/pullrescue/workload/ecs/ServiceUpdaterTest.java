package io.pullrescue.workload.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.image.ImageReference;
import io.pullrescue.lambda.QueueMessage;
import io.pullrescue.testing.FakeEcs;
import io.pullrescue.testing.SampleWorkloads;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.RetryRequest.Retry;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Updates services against a fake of Amazon ECS. */
final class ServiceUpdaterTest {
  private static final Retry REQUEST = TestFixtures.retryRequest("task");
  private static final ImageReference NGINX = ImageReference.of("nginx:1.27");

  private final FakeEcs ecs =
      new FakeEcs(SampleWorkloads.task(TestFixtures.event("ecs/fargate-rate-limit.json")));
  private final TestFixtures.RecordingEventPublisher publisher =
      new TestFixtures.RecordingEventPublisher();
  private final Map<ImageReference, MirroredImage> mirroredImages =
      new HashMap<>(Map.of(TestFixtures.RUBY, TestFixtures.mirroredImage(TestFixtures.RUBY)));
  private WorkloadRetryMode retryMode = WorkloadRetryMode.ALL;

  @Test
  void updatesServiceToMirroredImage() {
    assertThat(summary())
        .contains("started service web with shop-web:42", "ruby:2.7 from the mirror")
        .contains("by task definition");
    assertThat(ecs.updates)
        .singleElement()
        .satisfies(request ->
            assertThat(ecs.mirroredContainers(request.taskDefinition())).containsExactly("web"));
  }

  @Test
  void reportsRequiredPullPermission() {
    summary();

    assertThat(publisher.lastEvent())
        .asInstanceOf(type(Retried.class))
        .satisfies(retried ->
            assertThat(retried.caveats())
                .singleElement()
                .isEqualTo(
                    "the execution role shop-execution needs permission to pull from"
                        + " arn:aws:ecr:us-east-1:123456789012:repository/docker-hub/library/ruby"));
  }

  @Test
  void warnsThatStackDeploymentRevertsUpdate() {
    ecs.serviceTags.put("aws:cloudformation:stack-name", "shop");

    assertThat(summary())
        .contains("started service web")
        .contains("the service belongs to the CloudFormation stack shop")
        .contains("its next deployment restores the original image");
  }

  @Test
  void describesTaskAndDefinitionOnce() {
    summary();

    assertThat(ecs.calls)
        .containsExactly(
            "DescribeTasks",
            "DescribeTaskDefinition", // that of the task and the service
            "DescribeServices",
            "DescribeTaskDefinition", // the newest revision
            "RegisterTaskDefinition",
            "UpdateService");
  }

  @Test
  void updatesServiceOnceForManyFailedTasks() {
    for (int failed = 0; failed < 10; failed++) {
      summary();
    }

    assertThat(ecs.updates).hasSize(1);
    assertThat(publisher.events).hasSize(1);
    assertThat(summary()).contains("service web uses the mirrored images already, as shop-web:42");
  }

  @Test
  void updatesNothingWhenRetryModeIsOff() {
    retryMode = WorkloadRetryMode.OFF;
    ecs.serviceTags.put("pull-rescue", "on");

    assertThat(summary()).contains("service web is not retried, because `ecsRetry` is off");
    assertThat(ecs.updates).isEmpty();
    assertThat(publisher.events).isEmpty();
  }

  @Test
  void updatesTaggedServiceInTaggedMode() {
    retryMode = WorkloadRetryMode.TAGGED;
    assertThat(summary()).contains("service web has no tag pull-rescue = on");
    assertThat(ecs.updates).isEmpty();

    ecs.serviceTags.put("pull-rescue", "on");
    assertThat(summary()).contains("started service web");
  }

  @Test
  void skipsServiceTaggedOff() {
    ecs.serviceTags.put("pull-rescue", "off");

    assertThat(summary()).contains("service web has the tag pull-rescue = off");
    assertThat(ecs.updates).isEmpty();
    assertThat(publisher.events).isEmpty();
  }

  @Test
  void skipsServiceWithExternalDeploymentController() {
    ecs.deploymentController = "EXTERNAL";
    ecs.setCurrentDefinition(null);

    assertThat(summary()).contains("did not retry").contains("controller EXTERNAL");
    assertThat(publisher.lastEvent()).isInstanceOf(RetrySkipped.class);
    assertThat(ecs.updates).isEmpty();
  }

  @Test
  void skipsServiceWithDeletedDefinition() {
    ecs.deleteRevision(41);

    assertThat(summary()).contains("its task definition has been deleted");
    assertThat(ecs.updates).isEmpty();
  }

  @Test
  void skipsServiceThatRunsAnotherRevision() {
    ecs.setCurrentDefinition(ecs.register(50, FakeEcs.container("web", "ruby:3.3")));

    assertThat(summary()).contains("its service has been updated to shop-web:50");
    assertThat(ecs.updates).isEmpty();
  }

  @Test
  void reportsUpdateThatEcsRejects() {
    ecs.error =
        FakeEcs.error(400, "InvalidParameterException", "Task definition needs a load balancer.");

    assertThat(summary())
        .contains(
            "did not retry", "Ecs rejected the retry: Task definition needs a load balancer.");
    assertThat(publisher.lastEvent()).isInstanceOf(RetrySkipped.class);
    assertThat(ecs.updates).isEmpty();
  }

  @Test
  void reportsServiceWhoseFamilyHasNoActiveRevision() {
    ecs.deregister();

    assertThat(summary())
        .contains("the family of its task definition shop-web:41 has no active revision");
    assertThat(publisher.lastEvent()).isInstanceOf(RetrySkipped.class);
  }

  /** The main container runs all the same; the service needs no other revision. */
  @Test
  void updatesNothingForContainerThatIsNotEssential() {
    var task = SampleWorkloads.task(TestFixtures.event("ecs/fargate-rate-limit.json"));
    ecs.setTask(task.toBuilder().stopCode("ServiceSchedulerInitiated").build());

    assertThat(summary()).contains("ran: its stop code is ServiceSchedulerInitiated");
    assertThat(ecs.calls).doesNotContain("RegisterTaskDefinition");
  }

  @Test
  void waitsUntilAllImagesOfTaskAreMirrored() {
    failToPullTwoImages();

    assertThat(summary(waited())).contains("also needs nginx:1.27, which is not mirrored yet");
    assertThat(ecs.updates).isEmpty();

    mirroredImages.put(NGINX, TestFixtures.mirroredImage(NGINX));
    assertThat(summary()).contains("started service web with shop-web:42");
    assertThat(ecs.updates)
        .singleElement()
        .satisfies(request ->
            assertThat(ecs.mirroredContainers(request.taskDefinition()))
                .containsExactly("web", "proxy"));
  }

  private void failToPullTwoImages() {
    var sample =
        TestFixtures.readSample("ecs/fargate-rate-limit.json")
            .replace("public.ecr.aws/aws-observability/aws-otel-collector:v0.40.0", "nginx:1.27")
            .replace("\"name\": \"telemetry\"", "\"name\": \"proxy\"")
            .replace("\"imageDigest\"", "\"reason\": \"CannotPullContainerError\", \"x\"");
    ecs.setTask(SampleWorkloads.task(new QueueMessage("1", sample, 1)));
    ecs.register(
        41, FakeEcs.container("web", "ruby:2.7"), FakeEcs.container("proxy", "nginx:1.27"));
  }

  @Test
  void skipsServiceThatAlreadyRefersToMirror() {
    var mirrorReference =
        TestFixtures.MIRROR.mirrorReference(ImageReference.of("ruby:2.7")).orElseThrow().toString();
    ecs.setTask(SampleWorkloads.task(TestFixtures.event("ecs/fargate-mirror-not-found.json")));
    ecs.setCurrentDefinition(ecs.register(42, FakeEcs.container("web", mirrorReference)));
    var trigger = (Trigger.Task) REQUEST.trigger();
    var request =
        Retry.of(
                new Trigger.Task(
                    trigger
                        .id()
                        .replace(
                            "0d3f6b1c8e2a4975b6d0c1f2e3a49586", "30629e4fb15d7ca8e903f425b6d7c8b9"),
                    trigger.cluster(),
                    trigger.definition(),
                    trigger.group(),
                    trigger.launchType(),
                    trigger.startedBy()),
                REQUEST.image())
            .orElseThrow();

    assertThat(summary(request))
        .contains("shop-web:42 refers to the mirror, so service web pulls the mirrored images");
    assertThat(ecs.updates).isEmpty();
  }

  @Test
  void ignoresServiceAndTaskUnknownToEcs() {
    ecs.serviceTags.put("pull-rescue", "on");
    var gone =
        TestFixtures.readSample("ecs/fargate-rate-limit.json")
            .replace("service:web", "service:gone");
    ecs.setTask(SampleWorkloads.task(new QueueMessage("1", gone, 1)));
    assertThat(summary()).contains("skipped: ECS service gone no longer exists");

    ecs.setTask(null);
    assertThat(summary(waited())).contains("no longer exists");
  }

  @Test
  void ignoresImageThatDidNotCauseTheFailure() {
    var forged = Retry.of(REQUEST.trigger(), ImageReference.of("team/backdoor:1")).orElseThrow();

    assertThat(summary(forged))
        .startsWith("ignored: ")
        .contains("did not fail because of an image pull of team/backdoor:1");
    assertThat(ecs.updates).isEmpty();
  }

  private String summary() {
    return summary(REQUEST);
  }

  /** Returns the request after it has waited for what AWS may list late. */
  private static Retry waited() {
    return new Retry(REQUEST.trigger(), REQUEST.workload(), REQUEST.image(), 2, null, false);
  }

  private String summary(Retry request) {
    var workload =
        ecs.workload(TestFixtures.imageLookup(publisher, mirroredImages), retryMode, publisher);
    return ((Completed) workload.retry((TaskFailed) request.workload(), request)).summary();
  }
}
