package io.pullrescue.workload.codebuild;

import static io.pullrescue.workload.codebuild.PlannerFixture.FIRST;
import static io.pullrescue.workload.codebuild.PlannerFixture.MIRROR_REQUESTED_DIRECTLY;
import static io.pullrescue.workload.codebuild.PlannerFixture.NODE;
import static io.pullrescue.workload.codebuild.PlannerFixture.NOW;
import static io.pullrescue.workload.codebuild.PlannerFixture.RUBY;
import static io.pullrescue.workload.codebuild.PlannerFixture.asStartBuild;
import static io.pullrescue.workload.codebuild.PlannerFixture.context;
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
import io.pullrescue.workload.codebuild.BuildRetryPlan.Skip;
import io.pullrescue.workload.codebuild.BuildRetryPlan.StartBuild;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.PullRequestBuildPolicy;
import software.amazon.awssdk.services.codebuild.model.Tag;

/** Builds that are not retried: they belong to others, or a limit is reached. */
final class RetryEligibilityTest {
  private static final String ROLES = "arn:aws:iam::123456789012:role/service-role/";

  @Test
  void skipsRetryThatFailedOnSameImage() {
    var retryState = new RetryState(FIRST, 1, List.of(RUBY));

    assertThat(
            skipReason(
                plan(
                    SampleBuild.failedIn("BUILD")
                        .startedByPullRescue()
                        .withVariables(retryState.environmentVariables()),
                    RUBY)))
        .contains("already used the mirrored image of ruby:2.7");
  }

  @Test
  void skipsBuildAtRetryLimit() {
    var retryState = new RetryState(FIRST, 3, List.of(RUBY));

    assertThat(
            skipReason(
                plan(
                    SampleBuild.failedIn("BUILD")
                        .startedByPullRescue()
                        .withVariables(retryState.environmentVariables()),
                    NODE)))
        .contains("already retry 3 (`maxRetries` is 3)");
  }

  @Test
  void skipsBuildOfOtherRole() {
    var other = SampleBuild.failedIn("BUILD").withServiceRole(ROLES + "shop-pull-requests");

    assertThat(skipReason(plan(other, RUBY)))
        .isEqualTo(
            "it ran with the role shop-pull-requests, and a retry would run with the role of its"
                + " project, shop-builds; start it again with its own role");
    assertThat(skipReason(plan(other.inBuildBatch(), MIRROR_REQUESTED_DIRECTLY)))
        .contains("it ran with the role");
    assertThat(
            plan(
                other.withServiceRole("arn:aws:iam::210987654321:role/service-role/shop-builds"),
                RUBY))
        .isInstanceOf(Skip.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"shop-builds", "service-role/shop-builds", ROLES + "shop-builds"})
  void retriesBuildOfSameRoleInAnyForm(String role) {
    assertThat(plan(SampleBuild.failedIn("BUILD").withServiceRole(role), RUBY))
        .isInstanceOf(StartBuild.class);
  }

  @Test
  void skipsFailureThatIsTooOld() {
    var build = SampleBuild.failedIn("BUILD");

    assertThat(plan(build.withEndTime(NOW.minusSeconds(3600)), RUBY))
        .isInstanceOf(StartBuild.class);
    assertThat(skipReason(plan(build.withEndTime(NOW.minusSeconds(3720)), RUBY)))
        .isEqualTo(
            "it failed 62 minutes ago (`maxFailureAgeMinutes` is 60); start it again if it is still"
                + " wanted");
    assertThat(
            skipReason(
                plan(
                    build.inBuildBatch().withEndTime(NOW.minusSeconds(3720)),
                    MIRROR_REQUESTED_DIRECTLY)))
        .contains("`maxFailureAgeMinutes` is 60");
  }

  /** The retry would build what the author has pushed since, without the approval. */
  @Test
  void skipsPullRequestWithoutCommitThatNeedsApproval() {
    var build = SampleBuild.failedIn("PROVISIONING").withSourceVersion("pr/7", null);
    var policy =
        PullRequestBuildPolicy.builder().requiresCommentApproval("FORK_PULL_REQUESTS").build();
    var project =
        SampleBuild.project().toBuilder()
            .webhook(webhook -> webhook.pullRequestBuildPolicy(policy))
            .build();
    var planner = new PlannerFixture(RetryConfig.DEFAULTS);

    assertThat(skipReason(planner.plan(context(build, project, List.of()), RUBY)))
        .contains("before it had a commit of its pull request");
    assertThat(plan(build, RUBY)).isInstanceOf(StartBuild.class);
  }

  /** It can only prevent the retry of its own build. */
  @Test
  void skipsBuildWithForgedAttempt() {
    var forged =
        SampleBuild.failedIn("BUILD")
            .withVariables(new RetryState("x", -1, List.of()).environmentVariables());

    assertThat(skipReason(plan(forged, RUBY))).contains("`maxRetries` is 3");
  }

  @Test
  void believesNoStateThatOthersWrote() {
    var forged =
        SampleBuild.failedIn("BUILD")
            .withVariables(new RetryState(FIRST, 1, List.of(NODE)).environmentVariables());

    assertThat(asStartBuild(plan(forged, RUBY)).retryState())
        .isEqualTo(new RetryState(SampleBuild.ID, 2, List.of(RUBY)));
    assertThat(plan(forged, NODE)).isInstanceOf(StartBuild.class);
  }

  @Test
  void believesStateOfUpdatedProject() {
    var state = new RetryState(FIRST, 1, List.of(RUBY));
    var build = SampleBuild.failedIn("BUILD").withVariables(state.environmentVariables());
    var project =
        SampleBuild.project().toBuilder().environment(build.build().environment()).build();

    assertThat(
            skipReason(
                new PlannerFixture(RetryConfig.DEFAULTS)
                    .plan(context(build, project, List.of()), RUBY)))
        .contains("already used the mirrored image of ruby:2.7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arn:aws:codebuild:us-east-1:210987654321:build/shop:00000000-0000-4000-8000-000000000001",
        "other:00000000-0000-4000-8000-000000000001",
        "shop:first",
        ""
      })
  void ignoresOriginalBuildThatIsNotOfProject(String id) {
    var build =
        SampleBuild.failedIn("BUILD")
            .startedByPullRescue()
            .withVariables(new RetryState(id, 1, List.of()).environmentVariables());

    assertThat(asStartBuild(plan(build, RUBY)).retryState().originalBuildId())
        .isEqualTo(SampleBuild.ID);
  }

  @Test
  void ignoresImagesThatAreNotInMirror() {
    var foreign =
        new MirroredImage(
            ImageReference.of("ruby:2.7"),
            ImageReference.of("evil.example.com/ruby:2.7"),
            RUBY.digest());
    var retryState = new RetryState(FIRST, 1, List.of(foreign));

    var plan =
        asStartBuild(
            plan(
                SampleBuild.failedIn("BUILD")
                    .startedByPullRescue()
                    .withVariables(retryState.environmentVariables()),
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
        defaults.maxFailureAgeMinutes(),
        defaults.webhookGuards(),
        defaults.imageSubstitution(),
        defaults.projectUpdates(),
        defaults.probeBuilds(),
        defaults.sourceBuckets(),
        ProjectSelection.TAGGED,
        defaults.ecsRetry(),
        defaults.batchRetry(),
        defaults.checkRoles(),
        defaults.passRoles());
  }

  @Test
  void doesNotRetryBuildTwice() {
    var build = SampleBuild.failedIn("BUILD");
    var retry =
        build
            .startedByPullRescue()
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
            .startedByPullRescue()
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
