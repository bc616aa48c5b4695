package io.pullrescue.workload.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.image.ImageReference;
import io.pullrescue.lambda.DependencyFactory;
import io.pullrescue.lambda.QueueMessage;
import io.pullrescue.testing.FakeEcs;
import io.pullrescue.testing.SampleWorkloads;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.MirroredImageLookup;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.ecs.TaskDefinition.ContainerDefinition;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** From an image that is there to the service that starts from it. */
final class ServiceUpdaterTest {
  private static final String REPLICATED = "rescue/image-replicated-for-task.json";
  private static final ImageReference NGINX = ImageReference.of("nginx:1.27");

  private final FakeEcs ecs = new FakeEcs();
  private final TestFixtures.RecordingEventPublisher publisher =
      new TestFixtures.RecordingEventPublisher();
  private final Map<ImageReference, MirroredImage> mirroredImages = new HashMap<>();
  private WorkloadRetryMode retryMode = WorkloadRetryMode.ALL;
  private @Nullable Task task =
      SampleWorkloads.task(TestFixtures.event("ecs/fargate-rate-limit.json"));

  @Test
  void updatesServiceToMirroredImage() {
    assertThat(summary())
        .contains("started service web with shop-web:42", "ruby:2.7 from the mirror")
        .contains("(by task definition)");
    assertThat(ecs.updates)
        .singleElement()
        .satisfies(
            updateService -> assertThat(updateService.containerImages()).containsOnlyKeys("web"));
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
                    "it is the execution role shop-execution that has to pull from"
                        + " arn:aws:ecr:us-east-1:123456789012:repository/docker-hub/library/ruby"));
  }

  @Test
  void warnsThatStackDeploymentRevertsUpdate() {
    ecs.tags.put("aws:cloudformation:stack-name", "shop");

    assertThat(summary())
        .contains("started service web")
        .contains("the CloudFormation stack shop owns the service")
        .contains("its next deployment puts the old image back");
  }

  @Test
  void updatesServiceOnceForManyFailedTasks() {
    for (int failed = 0; failed < 10; failed++) {
      summary();
    }

    assertThat(ecs.updates).hasSize(1);
    assertThat(publisher.events).hasSize(1);
    assertThat(summary()).contains("service web starts from the copy already, as shop-web:42");
  }

  @Test
  void updatesNothingWhenRetryModeIsOff() {
    retryMode = WorkloadRetryMode.OFF;
    ecs.tags.put("pull-rescue", "on");

    assertThat(summary()).contains("service web is reported and not changed");
    assertThat(ecs.updates).isEmpty();
    assertThat(publisher.events).isEmpty();
  }

  @Test
  void updatesTaggedServiceInTaggedMode() {
    retryMode = WorkloadRetryMode.TAGGED;
    assertThat(summary()).contains("service web has no tag pull-rescue = on");
    assertThat(ecs.updates).isEmpty();

    ecs.tags.put("pull-rescue", "on");
    assertThat(summary()).contains("started service web");
  }

  @Test
  void skipsServiceTaggedOff() {
    ecs.tags.put("pull-rescue", "off");

    assertThat(summary()).contains("service web has the tag pull-rescue = off");
    assertThat(ecs.updates).isEmpty();
    assertThat(publisher.events).isEmpty();
  }

  @Test
  void skipsServiceWithExternalDeploymentController() {
    ecs.deploymentController = "EXTERNAL";
    ecs.setCurrentDefinition(null);

    assertThat(summary()).contains("did not run").contains("controller EXTERNAL");
    assertThat(publisher.lastEvent()).isInstanceOf(RetrySkipped.class);
    assertThat(ecs.updates).isEmpty();
  }

  @Test
  void skipsServiceThatRunsAnotherRevision() {
    ecs.setCurrentDefinition(ecs.register(50, new ContainerDefinition("web", "ruby:3.3", false)));

    assertThat(summary()).contains("its service has moved on to shop-web:50");
    assertThat(ecs.updates).isEmpty();
  }

  @Test
  void waitsUntilAllImagesOfTaskAreMirrored() {
    failToPullTwoImages();

    assertThat(summary()).contains("still waits for nginx:1.27");
    assertThat(ecs.updates).isEmpty();

    mirroredImages.put(NGINX, TestFixtures.mirroredImage(NGINX));
    assertThat(summary()).contains("started service web with shop-web:42");
    assertThat(ecs.updates)
        .singleElement()
        .satisfies(updateService ->
            assertThat(updateService.containerImages()).containsOnlyKeys("web", "proxy"));
  }

  private void failToPullTwoImages() {
    var sample =
        TestFixtures.readSample("ecs/fargate-rate-limit.json")
            .replace("public.ecr.aws/aws-observability/aws-otel-collector:v0.40.0", "nginx:1.27")
            .replace("\"imageDigest\"", "\"reason\": \"CannotPullContainerError\", \"x\"");
    task = SampleWorkloads.task(new QueueMessage("1", sample, 1, null));
    ecs.register(
        41,
        new ContainerDefinition("web", "ruby:2.7", false),
        new ContainerDefinition("proxy", "nginx:1.27", false));
  }

  @Test
  void skipsServiceThatAlreadyRefersToMirror() {
    var mirrorReference =
        TestFixtures.MIRROR.mirrorReference(ImageReference.of("ruby:2.7")).orElseThrow().toString();
    task = SampleWorkloads.task(TestFixtures.event("ecs/fargate-mirror-not-found.json"));
    ecs.setCurrentDefinition(
        ecs.register(42, new ContainerDefinition("web", mirrorReference, false)));
    var replicated =
        TestFixtures.readSample(REPLICATED)
            .replace(
                "[\n      \"docker.io/library/ruby:2.7\"", "[\n      \"" + mirrorReference + "\"");

    assertThat(summary(replicated))
        .contains("shop-web:42 names the mirror, and service web finds the copy there by itself");
    assertThat(ecs.updates).isEmpty();
  }

  @Test
  void ignoresServiceAndTaskUnknownToEcs() {
    ecs.tags.put("pull-rescue", "on");
    var gone =
        TestFixtures.readSample("ecs/fargate-rate-limit.json")
            .replace("service:web", "service:gone");
    task = SampleWorkloads.task(new QueueMessage("1", gone, 1, null));
    assertThat(summary()).contains("ECS knows no service gone");

    task = null;
    assertThat(summary()).contains("ECS knows no task");
  }

  @Test
  void ignoresReferenceOutsideMirrorNaming() {
    var forgedEvent =
        TestFixtures.readSample(REPLICATED).replace("docker-hub/library/ruby", "docker-hub/evil");

    assertThat(summary(forgedEvent)).contains("is no place where the mirror keeps that");
    assertThat(ecs.updates).isEmpty();
  }

  private String summary() {
    return summary(TestFixtures.readSample(REPLICATED));
  }

  private String summary(String event) {
    var replicated = (ImageReplicated) DependencyFactory.eventParser().parse(event);
    var retrier =
        ecs.taskRetrier(
            (name, arn) -> Optional.ofNullable(task),
            new MirroredImageLookup(image -> Optional.ofNullable(mirroredImages.get(image))),
            retryMode,
            publisher);
    return ((Completed) retrier.retry((TaskFailed) replicated.workload(), replicated, 1)).summary();
  }
}
