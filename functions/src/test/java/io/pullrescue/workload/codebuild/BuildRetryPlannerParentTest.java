package io.pullrescue.workload.codebuild;

import static io.pullrescue.workload.codebuild.PlannerFixture.MIRROR_REQUESTED_DIRECTLY;
import static io.pullrescue.workload.codebuild.PlannerFixture.RUBY;
import static io.pullrescue.workload.codebuild.PlannerFixture.asFetchBuildspec;
import static io.pullrescue.workload.codebuild.PlannerFixture.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.ImageSubstitution;
import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.codebuild.BuildRetryPlan.ProjectUpdate;
import io.pullrescue.workload.codebuild.BuildRetryPlan.RetryParent;
import io.pullrescue.workload.codebuild.parent.ParentExecution;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Builds of a pipeline or batch build, which are retried by their parent execution. */
final class BuildRetryPlannerParentTest {
  @Test
  void retriesParentWhenReferenceIsInMirror() {
    var mirroredImage = MIRROR_REQUESTED_DIRECTLY;

    assertThat(plan(SampleBuild.failedIn("BUILD").withInitiator("codepipeline/x"), mirroredImage))
        .isInstanceOfSatisfying(
            RetryParent.class,
            retryParent -> {
              assertThat(retryParent.parent()).isEqualTo(new ParentExecution.PipelineStage("x"));
              assertThat(retryParent.projectUpdate()).isNull();
            });
    var image = SampleBuild.failedIn("PROVISIONING").withImage(mirroredImage.image().toString());
    assertThat(plan(image.inBuildBatch(), mirroredImage))
        .isInstanceOfSatisfying(
            RetryParent.class,
            parent ->
                assertThat(parent.parent())
                    .isEqualTo(new ParentExecution.BuildBatch("shop:batch")));
  }

  @Test
  void updatesProjectOfParentWhenAllowed() {
    var planner =
        new PlannerFixture(
            TestFixtures.retryConfig(
                3, 20, ProjectUpdateMode.UNTIL_SUCCESS, ImageSubstitution.MIRROR));
    var image = SampleBuild.failedIn("PROVISIONING").withInitiator("codepipeline/x");
    var commands = SampleBuild.failedIn("BUILD").inBuildBatch();
    var inSource =
        SampleBuild.failedIn("BUILD").withInitiator("codepipeline/x").withBuildspec(null);

    assertThat(projectUpdate(planner.plan(image, List.of(), RUBY)).environmentImage())
        .isEqualTo(RUBY.mirrorReference());
    assertThat(projectUpdate(planner.plan(commands, List.of(), RUBY)).buildspec())
        .contains(": pull-rescue");
    var fetchPlan = asFetchBuildspec(planner.plan(inSource, List.of(), RUBY));
    assertThat(
            projectUpdate(planner.resumePlan(inSource, fetchPlan, SampleBuild.BUILDSPEC))
                .buildspec())
        .contains(": pull-rescue");
  }

  private static ProjectUpdate projectUpdate(BuildRetryPlan plan) {
    assertThat(plan).isInstanceOf(RetryParent.class);
    return Objects.requireNonNull(((RetryParent) plan).projectUpdate());
  }
}
