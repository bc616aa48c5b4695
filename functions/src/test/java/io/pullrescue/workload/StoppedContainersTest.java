package io.pullrescue.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.diagnosis.Failure;
import io.pullrescue.diagnosis.LogExcerpt;
import io.pullrescue.diagnosis.LogExcerpt.TextSource;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StoppedContainersTest {
  private static final String RATE_LIMIT_ERROR = "CannotPullContainerError: toomanyrequests";
  private static final ContainerStatus WEB =
      new ContainerStatus("web", "ruby:2.7", RATE_LIMIT_ERROR, null);
  private static final ContainerStatus TELEMETRY =
      new ContainerStatus("telemetry", "collector:1", "", null);
  private static final ContainerStatus INJECTED =
      new ContainerStatus("aws-guardduty-agent", null, "", null);

  @Test
  void reportsFargateTaskAndContainerErrorOnce() {
    var failures = failures(stopped(RATE_LIMIT_ERROR, WEB, TELEMETRY));

    assertThat(failures)
        .singleElement()
        .satisfies(failure -> {
          assertThat(failure.recordedImage()).isEqualTo(ImageReference.of("ruby:2.7"));
          assertThat(failure.excerpts())
              .containsExactly(new LogExcerpt(TextSource.STOPPED_REASON, RATE_LIMIT_ERROR));
          assertThat(failure.pullRoleArn())
              .isEqualTo("arn:aws:iam::123456789012:role/shop-execution");
        });
  }

  @Test
  void readsErrorFromContainerOnEc2() {
    assertThat(failures(stopped("Task failed to start", TELEMETRY, WEB)))
        .extracting(Failure::recordedImage)
        .containsExactly(ImageReference.of("ruby:2.7"));
  }

  @Test
  void reportsOneFailurePerFailedContainer() {
    var cache =
        new ContainerStatus("cache", "redis:7", "CannotPullImageManifestError: unknown", null);
    var sameImage = new ContainerStatus("worker", "ruby:2.7", RATE_LIMIT_ERROR, null);

    assertThat(
            failures(stopped("Task failed to start", WEB, cache, sameImage, TELEMETRY, INJECTED)))
        .extracting(Failure::recordedImage)
        .containsExactly(ImageReference.of("ruby:2.7"), ImageReference.of("redis:7"));
  }

  @Test
  void usesOnlyImageForTaskLevelError() {
    var withoutReason = new ContainerStatus("web", "ruby:2.7", "", null);

    assertThat(failures(stopped(RATE_LIMIT_ERROR, withoutReason, INJECTED)))
        .extracting(Failure::recordedImage)
        .containsExactly(ImageReference.of("ruby:2.7"));
    assertThat(failures(stopped(RATE_LIMIT_ERROR, withoutReason, TELEMETRY)))
        .extracting(Failure::recordedImage)
        .containsOnlyNulls();
  }

  @Test
  void keepsPullSecretPerContainer() {
    var withSecret = new ContainerStatus("own", "acme/own:1", RATE_LIMIT_ERROR, "team-login");
    var withoutReason = new ContainerStatus("own", "acme/own:1", "", "team-login");

    assertThat(failures(stopped("Task failed to start", WEB, withSecret)))
        .extracting(Failure::pullSecret)
        .containsExactly(null, "team-login");
    assertThat(failures(stopped(RATE_LIMIT_ERROR, withoutReason, INJECTED)))
        .extracting(Failure::pullSecret)
        .containsExactly("team-login");
    assertThat(failures(stopped(RATE_LIMIT_ERROR, withoutReason, TELEMETRY)))
        .extracting(Failure::pullSecret)
        .containsOnlyNulls();
  }

  @Test
  void ignoresInvalidImageReference() {
    var invalid =
        new ContainerStatus("web", "ruby:", "CannotPullContainerError: invalid reference", null);

    assertThat(failures(stopped("", invalid)))
        .extracting(Failure::recordedImage)
        .containsOnlyNulls();
  }

  @Test
  void ignoresTasksThatStoppedForOtherReasons() {
    var exited = new ContainerStatus("web", "ruby:2.7", "OutOfMemoryError: Container killed", null);

    assertThat(stopped("Essential container in task exited", exited).toLoadResult())
        .isEqualTo(new LoadResult.NoFailure("task did not fail because of an image pull"));
  }

  private static List<Failure> failures(StoppedContainers stopped) {
    assertThat(stopped.toLoadResult()).isInstanceOf(LoadResult.Complete.class);
    return ((LoadResult.Complete) stopped.toLoadResult()).failures();
  }

  private static StoppedContainers stopped(String reason, ContainerStatus... containers) {
    var trigger =
        new Trigger.Task("task", "cluster", "shop-web:41", "service:web", "FARGATE", "ecs-svc/1");
    return new StoppedContainers(
        trigger, reason, List.of(containers), "arn:aws:iam::123456789012:role/shop-execution");
  }
}
