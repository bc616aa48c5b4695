package io.pullrescue.workload.codebuild;

import static io.pullrescue.workload.codebuild.PlannerFixture.NODE;
import static io.pullrescue.workload.codebuild.PlannerFixture.NOW;
import static io.pullrescue.workload.codebuild.PlannerFixture.RUBY;
import static io.pullrescue.workload.codebuild.PlannerFixture.asStartBuild;
import static io.pullrescue.workload.codebuild.PlannerFixture.plan;
import static io.pullrescue.workload.codebuild.PlannerFixture.skipReason;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.ImageSubstitution;
import io.pullrescue.config.ProjectSelection;
import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.ImageReference;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.codebuild.BuildRetryPlan.AlreadyRetried;
import io.pullrescue.workload.codebuild.BuildRetryPlan.StartBuild;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.Tag;

/** Builds that are not retried: they belong to others, or a limit is reached. */
final class RetryEligibilityTest {
  @Test
  void skipsRetryThatFailedOnSameImage() {
    var retryState = new RetryState("shop:first", 1, List.of(RUBY));

    assertThat(
            skipReason(
                plan(
                    SampleBuild.failedIn("BUILD").withVariables(retryState.environmentVariables()),
                    RUBY)))
        .contains("already used the mirrored image of ruby:2.7");
  }

  @Test
  void skipsBuildAtRetryLimit() {
    var retryState = new RetryState("shop:first", 3, List.of(RUBY));

    assertThat(
            skipReason(
                plan(
                    SampleBuild.failedIn("BUILD").withVariables(retryState.environmentVariables()),
                    NODE)))
        .contains("already retry 3 (`maxRetries` is 3)");
  }

  @Test
  void skipsBuildWithForgedAttempt() {
    var forged =
        SampleBuild.failedIn("BUILD")
            .withVariables(new RetryState("x", -1, List.of()).environmentVariables());

    assertThat(skipReason(plan(forged, RUBY))).contains("`maxRetries` is 3");
  }

  @Test
  void ignoresImagesThatAreNotInMirror() {
    var foreign =
        new MirroredImage(
            ImageReference.of("ruby:2.7"),
            ImageReference.of("evil.example.com/ruby:2.7"),
            RUBY.digest());
    var retryState = new RetryState("shop:first", 1, List.of(foreign));

    var plan =
        asStartBuild(
            plan(
                SampleBuild.failedIn("BUILD").withVariables(retryState.environmentVariables()),
                NODE));

    assertThat(plan.buildspec()).doesNotContain("evil.example.com");
  }

  @Test
  void skipsBuildsRetriedByOthers() {
    assertThat(skipReason(plan(SampleBuild.failedIn("BUILD").withAutoRetry(), RUBY)))
        .contains("auto-retry");
    assertThat(skipReason(plan(SampleBuild.failedIn("BUILD").inBuildBatch(), RUBY)))
        .contains("batch build");
    assertThat(
            skipReason(plan(SampleBuild.failedIn("BUILD").withInitiator("codepipeline/x"), RUBY)))
        .contains("CodePipeline");
  }

  @Test
  void skipsProbeBuilds() {
    var probe =
        SampleBuild.failedIn("BUILD")
            .withVariables(new ProbeBuild("x", "y").environmentVariables());

    assertThat(skipReason(plan(probe, RUBY))).contains("is a probe build");
  }

  @Test
  void retriesOnlyTaggedProjectsInTaggedMode() {
    var planner = new PlannerFixture(taggedProjects());
    var build = SampleBuild.failedIn("BUILD");

    assertThat(skipReason(planner.plan(build, List.of(), RUBY)))
        .isEqualTo("its project has no tag pull-rescue = on, and `projects` is tagged");
    assertThat(skipReason(planner.plan(build, taggedProject("off"), List.of(), RUBY)))
        .isEqualTo("its project has the tag pull-rescue = off");
    assertThat(planner.plan(build, taggedProject("on"), List.of(), RUBY))
        .isInstanceOf(StartBuild.class);
  }

  private static Project taggedProject(String value) {
    return SampleBuild.project().toBuilder()
        .tags(Tag.builder().key("pull-rescue").value(value).build())
        .build();
  }

  private static RetryConfig taggedProjects() {
    var defaults = RetryConfig.DEFAULTS;
    return new RetryConfig(
        defaults.maxRetries(),
        defaults.maxRetriesPerHour(),
        defaults.imageSubstitution(),
        defaults.projectUpdates(),
        defaults.probeBuilds(),
        defaults.sourceBuckets(),
        ProjectSelection.TAGGED,
        defaults.ecsRetry(),
        defaults.batchRetry(),
        defaults.passRoles());
  }

  @Test
  void doesNotRetryBuildTwice() {
    var build = SampleBuild.failedIn("BUILD");
    var retry =
        build
            .withVariables(asStartBuild(plan(build, RUBY)).retryState().environmentVariables())
            .build();

    assertThat(new PlannerFixture(RetryConfig.DEFAULTS).plan(build, List.of(retry), RUBY))
        .isEqualTo(new AlreadyRetried(retry.id()));
  }

  @Test
  void limitsRetriesPerHour() {
    var planner =
        new PlannerFixture(
            TestFixtures.retryConfig(3, 2, ProjectUpdateMode.OFF, ImageSubstitution.MIRROR));
    var other =
        SampleBuild.failedIn("BUILD")
            .withVariables(new RetryState("shop:other", 1, List.of()).environmentVariables());
    var recent = other.withStartTime(NOW.minusSeconds(3599)).build();
    var earlier = other.withStartTime(NOW.minusSeconds(3601)).build();

    assertThat(planner.plan(SampleBuild.failedIn("BUILD"), List.of(recent, earlier), RUBY))
        .isInstanceOf(StartBuild.class);
    assertThat(
            skipReason(planner.plan(SampleBuild.failedIn("BUILD"), List.of(recent, recent), RUBY)))
        .isEqualTo(
            "hourly limit reached: 2 retries in its project within the last hour"
                + " (`maxRetriesPerHour` is 2)");
  }
}
