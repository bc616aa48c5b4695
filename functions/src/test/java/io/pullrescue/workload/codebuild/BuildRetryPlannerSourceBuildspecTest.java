package io.pullrescue.workload.codebuild;

import static io.pullrescue.workload.codebuild.PlannerFixture.RUBY;
import static io.pullrescue.workload.codebuild.PlannerFixture.asFetchBuildspec;
import static io.pullrescue.workload.codebuild.PlannerFixture.asStartBuild;
import static io.pullrescue.workload.codebuild.PlannerFixture.plan;
import static io.pullrescue.workload.codebuild.PlannerFixture.resume;
import static io.pullrescue.workload.codebuild.PlannerFixture.skipReason;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.testing.SampleBuild;
import io.pullrescue.workload.codebuild.buildspec.BuildspecLocation;
import org.junit.jupiter.api.Test;

/** Builds whose buildspec is a file in their source. */
final class BuildRetryPlannerSourceBuildspecTest {
  @Test
  void fetchesBuildspecFromSourceAndResumesPlan() {
    var inSource = SampleBuild.failedIn("BUILD").withBuildspec("./ci/buildspec.yml");
    var fetchPlan = asFetchBuildspec(plan(inSource, RUBY));

    assertThat(fetchPlan.location())
        .isEqualTo(new BuildspecLocation.SourceFile("ci/buildspec.yml"));
    var plan = asStartBuild(resume(inSource, fetchPlan, SampleBuild.BUILDSPEC));
    var inline = asStartBuild(plan(SampleBuild.failedIn("BUILD"), RUBY));
    assertThat(plan.buildspec()).isEqualTo(inline.buildspec());
    assertThat(plan.retryState()).isEqualTo(inline.retryState());
  }

  @Test
  void fetchesDefaultBuildspecWhenNoneIsConfigured() {
    assertThat(
            asFetchBuildspec(plan(SampleBuild.failedIn("BUILD").withBuildspec(null), RUBY))
                .location())
        .isEqualTo(new BuildspecLocation.SourceFile("buildspec.yml"));
  }

  @Test
  void doesNotFollowReferenceInFetchedBuildspec() {
    var inSource = SampleBuild.failedIn("BUILD").withBuildspec(null);
    var fetchPlan = asFetchBuildspec(plan(inSource, RUBY));

    assertThat(skipReason(resume(inSource, fetchPlan, "other.yml"))).contains("with `phases`");
    assertThat(skipReason(resume(inSource, fetchPlan, SampleBuild.BUILDSPEC + "---\nphases: {}\n")))
        .contains("more than one YAML document");
    assertThat(skipReason(resume(inSource, fetchPlan, SampleBuild.BUILDSPEC.replace("0.2", "0.1"))))
        .contains("not version 0.2");
  }

  @Test
  void fetchesNoBuildspecForSkippedBuild() {
    var inSource = SampleBuild.failedIn("BUILD").withBuildspec(null);

    assertThat(skipReason(plan(inSource.withoutPrivilegedMode(), RUBY)))
        .contains("without privileged mode");
    assertThat(skipReason(plan(inSource.withInitiator("codepipeline/x"), RUBY)))
        .contains("CodePipeline");
  }
}
