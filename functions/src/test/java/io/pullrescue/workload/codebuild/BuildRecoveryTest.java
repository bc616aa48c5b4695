package io.pullrescue.workload.codebuild;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.RescueEvent.Recovered;
import io.pullrescue.testing.FakeCodeBuild;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.codebuild.Build.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class BuildRecoveryTest {
  private static final String RETRIED_BUILD = "shop:7a1c3e5d-9b2f-4d68-8a04-6c5e7f1b3d92";
  private static final Instant FAILED_AT = Instant.parse("2026-06-15T10:31:04Z");
  private static final RetryState RETRY_STATE =
      new RetryState(TestFixtures.BUILD, 1, List.of(TestFixtures.mirroredImage(TestFixtures.RUBY)));

  private final FakeCodeBuild codeBuild = new FakeCodeBuild();
  private final TestFixtures.RecordingEventPublisher publisher =
      new TestFixtures.RecordingEventPublisher();
  private ProjectUpdateMode projectUpdateMode = ProjectUpdateMode.UNTIL_SUCCESS;

  @BeforeEach
  void createFailedAndRetriedBuild() {
    codeBuild.builds.put(
        TestFixtures.BUILD, endedBuild(TestFixtures.BUILD, "FAILED", FAILED_AT).build());
    codeBuild.builds.put(RETRIED_BUILD, retriedBuild("SUCCEEDED"));
  }

  @Test
  void publishesTimeFromFailureToSuccess() {
    assertThat(summary())
        .isEqualTo(
            RETRIED_BUILD + " succeeded, 42 seconds after " + TestFixtures.BUILD + " failed");
    assertThat(publisher.lastEvent())
        .isEqualTo(
            new Recovered(
                new Trigger.Build(TestFixtures.BUILD, "shop"),
                RETRIED_BUILD,
                Duration.ofSeconds(42),
                false));
  }

  @Test
  void omitsTimeWhenFirstBuildNoLongerExists() {
    codeBuild.builds.remove(TestFixtures.BUILD);

    assertThat(summary()).isEqualTo(RETRIED_BUILD + " succeeded");
  }

  @Test
  void restoresProjectAfterSuccess() {
    codeBuild.projectUpdates.add(new ProjectUpdate("shop", RETRY_STATE, null, "version: 0.2"));

    assertThat(summary()).endsWith("; the update of its project was taken back");
    assertThat(codeBuild.projectUpdates).isEmpty();
  }

  @Test
  void keepsProjectUpdateWhenItIsPermanent() {
    codeBuild.projectUpdates.add(new ProjectUpdate("shop", RETRY_STATE, null, "version: 0.2"));
    projectUpdateMode = ProjectUpdateMode.PERMANENT;

    assertThat(summary()).doesNotContain("taken back");
    assertThat(codeBuild.projectUpdates).hasSize(1);
  }

  @Test
  void ignoresEventThatCodeBuildDoesNotConfirm() {
    codeBuild.builds.put(RETRIED_BUILD, retriedBuild("FAILED"));
    assertThat(summary()).startsWith("ignored: ");
    codeBuild.builds.put(
        RETRIED_BUILD,
        endedBuild(RETRIED_BUILD, "SUCCEEDED", FAILED_AT).withVariables(Map.of()).build());
    assertThat(summary()).startsWith("ignored: ");
    codeBuild.builds.remove(RETRIED_BUILD);
    assertThat(summary()).startsWith("ignored: ");
    assertThat(publisher.events).isEmpty();
  }

  @Test
  void restoresProjectOnRequest() {
    codeBuild.projectUpdates.add(new ProjectUpdate("shop", RETRY_STATE, null, "version: 0.2"));

    assertThat(buildRecovery().restoreProject("shop"))
        .isEqualTo(new Completed("project shop is again as it was before pull-rescue changed it"));
    assertThat(buildRecovery().restoreProject("shop"))
        .isEqualTo(new Completed("ignored: project shop holds no change of pull-rescue's"));
  }

  private String summary() {
    return ((Completed) buildRecovery().onSucceeded(RETRIED_BUILD)).summary();
  }

  private BuildRecovery buildRecovery() {
    return new BuildRecovery(
        TestFixtures.MIRROR, codeBuild, codeBuild, projectUpdateMode, publisher);
  }

  private static Build retriedBuild(String status) {
    return endedBuild(RETRIED_BUILD, status, FAILED_AT.plusSeconds(42))
        .withVariables(RETRY_STATE.environmentVariables())
        .build();
  }

  private static SampleBuild endedBuild(String id, String status, Instant end) {
    return SampleBuild.from(TestFixtures.failedBuild())
        .withId(id)
        .withStatus(status)
        .withPhases(new Phase("BUILD", status, "", end.minusSeconds(10), end));
  }
}
