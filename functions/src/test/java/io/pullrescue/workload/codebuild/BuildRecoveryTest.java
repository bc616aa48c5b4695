package io.pullrescue.workload.codebuild;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.ImageSubstitution;
import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.RescueEvent.Recovered;
import io.pullrescue.testing.CodeBuildFixture;
import io.pullrescue.testing.FakeCodeBuildClient;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.codebuild.BuildRetryPlan.ProjectUpdate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.codebuild.model.Build;

final class BuildRecoveryTest {
  private static final String RETRIED_BUILD = "shop:7a1c3e5d-9b2f-4d68-8a04-6c5e7f1b3d92";
  private static final String ARN_OF_OTHER_ACCOUNT =
      "arn:aws:codebuild:us-east-1:210987654321:build/" + TestFixtures.BUILD;
  private static final Instant FAILED_AT = Instant.parse("2026-06-15T10:31:04Z");
  private static final RetryState RETRY_STATE =
      new RetryState(TestFixtures.BUILD, 1, List.of(TestFixtures.mirroredImage(TestFixtures.RUBY)));

  private final CodeBuildFixture fixture = new CodeBuildFixture();
  private final FakeCodeBuildClient codeBuild = fixture.codeBuild;
  private final TestFixtures.RecordingEventPublisher publisher =
      new TestFixtures.RecordingEventPublisher();
  private ProjectUpdateMode projectUpdateMode = ProjectUpdateMode.UNTIL_SUCCESS;

  @BeforeEach
  void createFailedAndRetriedBuild() {
    codeBuild.add(endedBuild(TestFixtures.BUILD, "FAILED", FAILED_AT).build());
    codeBuild.add(retriedBuild("SUCCEEDED"));
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
                false,
                null));
  }

  @Test
  void omitsTimeWhenFirstBuildNoLongerExists() {
    codeBuild.builds.remove(TestFixtures.BUILD);

    assertThat(summary()).isEqualTo(RETRIED_BUILD + " succeeded");
  }

  @Test
  void restoresProjectAfterSuccess() {
    updateProject();

    assertThat(summary()).endsWith("; its project was restored");
    assertThat(codeBuild.project.environment()).isEqualTo(SampleBuild.project().environment());
  }

  @Test
  void keepsProjectUpdateWhenItIsPermanent() {
    updateProject();
    projectUpdateMode = ProjectUpdateMode.PERMANENT;

    assertThat(summary()).doesNotContain("restored");
    assertThat(codeBuild.projectUpdates).hasSize(1);
    assertThat(codeBuild.project).isNotEqualTo(SampleBuild.project());
  }

  @Test
  void reportsChangedProjectWhenUpdatesAreOff() {
    updateProject();
    projectUpdateMode = ProjectUpdateMode.OFF;

    assertThat(summary())
        .endsWith(
            "; its project still contains the change by pull-rescue, which cannot be taken out"
                + " (`projectUpdates` is `off`): run `scripts/restore-projects`");
    assertThat(codeBuild.projectUpdates).hasSize(1);
  }

  @Test
  void readsOriginalBuildBeforeProjectIsRestored() {
    updateProject();
    codeBuild.calls.clear();

    summary();

    assertThat(codeBuild.calls)
        .containsExactly(
            "BatchGetBuilds",
            "BatchGetProjects",
            "BatchGetBuilds",
            "BatchGetProjects",
            "UpdateProject");
  }

  @Test
  void ignoresEventThatCodeBuildDoesNotConfirm() {
    codeBuild.add(retriedBuild("FAILED"));
    assertThat(summary()).startsWith("ignored: ");
    codeBuild.add(
        endedBuild(RETRIED_BUILD, "SUCCEEDED", FAILED_AT).withVariables(Map.of()).build());
    assertThat(summary()).startsWith("ignored: ");
    codeBuild.builds.remove(RETRIED_BUILD);
    assertThat(summary()).startsWith("ignored: ");
    assertThat(publisher.events).isEmpty();
  }

  /** Everybody who can start builds can set its variables. */
  @Test
  void ignoresRetryThatOthersStarted() {
    updateProject();
    var forged = new RetryState(ARN_OF_OTHER_ACCOUNT, 1, List.of());
    codeBuild.add(
        SampleBuild.from(retriedBuild("SUCCEEDED"))
            .withInitiator("mallory")
            .withVariables(forged.environmentVariables())
            .build());

    assertThat(summary()).startsWith("ignored: ");
    assertThat(codeBuild.projectUpdates).hasSize(1);
  }

  /** The builds of a stage or batch have the variables of their project. */
  @Test
  void restoresProjectAfterBuildOfItsParent() {
    updateProject();
    codeBuild.add(
        SampleBuild.from(retriedBuild("SUCCEEDED")).withInitiator("codepipeline/shop").build());

    assertThat(summary()).endsWith("; its project was restored");
  }

  @Test
  void survivesOriginalBuildOfOtherAccount() {
    var state = new RetryState(ARN_OF_OTHER_ACCOUNT, 1, List.of());
    codeBuild.add(
        SampleBuild.from(retriedBuild("SUCCEEDED"))
            .withVariables(state.environmentVariables())
            .build());

    assertThat(summary()).isEqualTo(RETRIED_BUILD + " succeeded");
  }

  @Test
  void restoresProjectOnRequest() {
    updateProject();

    assertThat(buildRecovery().restoreProject("shop"))
        .isEqualTo(
            new Completed("restored project shop to its state before pull-rescue changed it"));
    assertThat(buildRecovery().restoreProject("shop"))
        .isEqualTo(new Completed("ignored: project shop contains no change by pull-rescue"));
  }

  private String summary() {
    return ((Completed) buildRecovery().onSucceeded(RETRIED_BUILD)).summary();
  }

  private BuildRecovery buildRecovery() {
    return fixture.recovery(
        TestFixtures.retryConfig(3, 20, projectUpdateMode, ImageSubstitution.MIRROR), publisher);
  }

  private void updateProject() {
    new ProjectUpdater(codeBuild, List.of())
        .update(codeBuild.project, new ProjectUpdate(RETRY_STATE, null, "version: 0.2"));
  }

  private static Build retriedBuild(String status) {
    return endedBuild(RETRIED_BUILD, status, FAILED_AT.plusSeconds(42))
        .startedByPullRescue()
        .withVariables(RETRY_STATE.environmentVariables())
        .build();
  }

  private static SampleBuild endedBuild(String id, String status, Instant end) {
    return SampleBuild.from(TestFixtures.failedBuild())
        .withId(id)
        .withStatus(status)
        .withPhases(SampleBuild.phase("BUILD", status, end.minusSeconds(10), end));
  }
}
