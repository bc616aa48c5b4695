package io.pullrescue.workload.codebuild;

import static io.pullrescue.workload.codebuild.PlannerFixture.MIRROR_REQUESTED_DIRECTLY;
import static io.pullrescue.workload.codebuild.PlannerFixture.NODE;
import static io.pullrescue.workload.codebuild.PlannerFixture.RUBY;
import static io.pullrescue.workload.codebuild.PlannerFixture.asFetchBuildspec;
import static io.pullrescue.workload.codebuild.PlannerFixture.plan;
import static io.pullrescue.workload.codebuild.PlannerFixture.skipReason;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.ImageSubstitution;
import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.codebuild.BuildRetryPlan.ProjectUpdate;
import io.pullrescue.workload.codebuild.BuildRetryPlan.RetryParent;
import io.pullrescue.workload.codebuild.parent.ParentExecution;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.Ready;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.codebuild.model.Project;

/** Builds of a pipeline or batch build, which are retried by their parent execution. */
final class BuildRetryPlannerParentTest {
  private static final ParentExecution BATCH = new ParentExecution.BuildBatch("shop:batch");
  private static final PlannerFixture PLANNER =
      new PlannerFixture(
          TestFixtures.retryConfig(
              3, 20, ProjectUpdateMode.UNTIL_SUCCESS, ImageSubstitution.MIRROR));

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
    var image = SampleBuild.failedIn("PROVISIONING").withInitiator("codepipeline/x");
    var commands = SampleBuild.failedIn("BUILD").inBuildBatch();

    assertThat(projectUpdate(PLANNER.plan(image, List.of(), RUBY)).environmentImage())
        .isEqualTo(RUBY.mirrorReference());
    assertThat(projectUpdate(PLANNER.plan(commands, List.of(), RUBY)).buildspec())
        .contains(": pull-rescue");
  }

  @Test
  void readsBuildspecOfBatchInSource() {
    var inSource = SampleBuild.failedIn("BUILD").inBuildBatch().withBuildspec("ci/build.yml");

    var context = PlannerFixture.context(inSource, projectWithBuildspec("ci/build.yml"), List.of());
    var planner = new BuildRetryPlanner(PlannerFixture.MIRROR, PLANNER.config());
    var fetchPlan = asFetchBuildspec(planner.plan(context, List.of(RUBY)));

    assertThat(projectUpdate(planner.plan(context, fetchPlan, SampleBuild.BUILDSPEC)).buildspec())
        .contains(": pull-rescue");
  }

  @Test
  void keepsBuildspecOfPipelineThatIsInSource() {
    var build = SampleBuild.failedIn("BUILD").withInitiator("codepipeline/x").withBuildspec(null);

    assertThat(skipReason(PLANNER.plan(build, projectWithBuildspec(""), List.of(), RUBY)))
        .startsWith("its buildspec buildspec.yml in the source comes from its pipeline's version")
        .contains("put the buildspec into the project")
        .endsWith("; point the reference at " + RUBY.mirrorReference());
  }

  /** The project of such a batch has the pipeline's artifact as its source. */
  @Test
  void keepsBuildspecOfBatchInPipelineThatIsInSource() {
    var source = SampleBuild.source("CODEPIPELINE", null, null);
    var build = SampleBuild.failedIn("BUILD").inBuildBatch().withSource(source, "arn:aws:s3:::x/y");
    var project = SampleBuild.project().toBuilder().source(source).build();

    assertThat(skipReason(PLANNER.plan(build, project, List.of(), RUBY)))
        .startsWith("its buildspec buildspec.yml in the source comes from its pipeline's version");
  }

  /** A person may retry the build of a pipeline; StartBuild does not accept its source. */
  @Test
  void skipsBuildOfArtifactThatNoPipelineStarted() {
    var source = SampleBuild.source("CODEPIPELINE", null, null);
    var build = SampleBuild.failedIn("BUILD").withSource(source, "arn:aws:s3:::artifacts/shop/x");

    assertThat(skipReason(PLANNER.plan(build, List.of(), RUBY)))
        .isEqualTo(
            "its source is an artifact of a pipeline, with which only the pipeline can start a"
                + " build; retry the stage of the pipeline");
  }

  /** As {@code env: image:} of a batch does. */
  @Test
  void keepsImageThatIsNotWhatFailed() {
    var build = SampleBuild.failedIn("PROVISIONING").inBuildBatch().withImage("node:18");

    assertThat(skipReason(PLANNER.plan(build, List.of(), NODE)))
        .startsWith("its environment image node:18 comes from its batch or from an override");
  }

  /** As {@code buildspec:} of a task of a batch does, or a start with other settings. */
  @Test
  void keepsBuildspecThatIsNotWhatFailed() {
    var build = SampleBuild.failedIn("BUILD").inBuildBatch();
    var otherSource =
        SampleBuild.source("GITHUB", "https://github.com/evil/shop.git", SampleBuild.BUILDSPEC);

    for (var other :
        List.of(
            build.withBuildspec("ci/evil.yml"),
            build.withBuildspec(SampleBuild.BUILDSPEC + "      - curl evil.example\n"),
            build.withSource(otherSource, null))) {
      assertThat(skipReason(PLANNER.plan(other, List.of(), RUBY)))
          .startsWith("its buildspec or source comes from its batch or from an override");
    }
  }

  @Test
  void installsTextOfProjectAndNotOfBuild() {
    var updated =
        projectUpdate(PLANNER.plan(SampleBuild.failedIn("BUILD").inBuildBatch(), List.of(), RUBY));
    var request =
        ProjectUpdater.updateRequest(projectWithBuildspec("ci/build.yml"), updated, List.of());
    var project =
        SampleBuild.project().toBuilder()
            .environment(request.environment())
            .source(request.source())
            .build();
    var build = SampleBuild.failedIn("BUILD").inBuildBatch().withBuildspec("ci/build.yml");

    var plan = PLANNER.plan(build, project, List.of(), NODE);

    assertThat(projectUpdate(plan).buildspec())
        .contains("docker build -t app .")
        .containsOnlyOnce(": pull-rescue");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pr/25",
        "refs/pull/25/head",
        "refs/pull/25/head^{6f1c0a6d6f1c0a6d6f1c0a6d6f1c0a6d6f1c0a6d}",
        "mr/7",
        "refs/merge-requests/7/head"
      })
  void pullRequestChangesNoProject(String version) {
    var image = SampleBuild.failedIn("PROVISIONING").inBuildBatch();
    var commands = SampleBuild.failedIn("BUILD").inBuildBatch();

    for (var build : List.of(image, commands)) {
      var source = build.build().source();
      assertThat(skipReason(PLANNER.plan(build.withSource(source, version), List.of(), RUBY)))
          .startsWith("a pull request may have started it");
    }
    var ready = new Ready(BATCH, "", "shop:batch", 0, version, false);
    var sameVersion = SampleBuild.project().toBuilder().sourceVersion(version).build();
    assertThat(versionReason(ready, sameVersion)).startsWith("a pull request may have started it");
  }

  /** Only GitHub's builds name the pull request in their version. */
  @Test
  void webhookThatMayBeOfPullRequestChangesNoProject() {
    var build =
        SampleBuild.failedIn("BUILD").inBuildBatch().withInitiator("Bitbucket-Webhooks/2.0");

    assertThat(skipReason(PLANNER.plan(build, List.of(), RUBY)))
        .startsWith("a pull request may have started it");
  }

  @Test
  void pipelineOfPullRequestsChangesNoProject() {
    var ready =
        new Ready(new ParentExecution.PipelineStage("x"), "Build", "execution-1", 0, null, true);
    var plan =
        PLANNER.plan(
            SampleBuild.failedIn("BUILD").withInitiator("codepipeline/x"), List.of(), RUBY);

    assertThat(check(plan, ready, SampleBuild.project()))
        .startsWith("a pull request may have started it");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          -,    -
          main, main
          main, refs/heads/main
          main, refs/heads/main^{6f1c0a6d6f1c0a6d6f1c0a6d6f1c0a6d6f1c0a6d}
          """)
  void ownVersionMayChangeProject(@Nullable String own, @Nullable String version) {
    var project = SampleBuild.project().toBuilder().sourceVersion(own).build();

    assertThat(versionReason(new Ready(BATCH, "", "shop:batch", 0, version, false), project))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          -,    feature
          main, feature
          main, -
          -,    6f1c0a6d6f1c0a6d6f1c0a6d6f1c0a6d6f1c0a6d
          main, refs/tags/main
          """)
  void otherVersionChangesNoProject(@Nullable String own, @Nullable String version) {
    var project = SampleBuild.project().toBuilder().sourceVersion(own).build();

    assertThat(versionReason(new Ready(BATCH, "", "shop:batch", 0, version, false), project))
        .startsWith("its batch build was started for the version ")
        .contains("and only a build of the project's own version, ")
        .endsWith("; point the reference at " + RUBY.mirrorReference());
  }

  @Test
  void otherVersionMayRetryParentWithoutUpdate() {
    var ready = new Ready(BATCH, "", "shop:batch", 0, "pr/25", false);
    var plan = plan(SampleBuild.failedIn("BUILD").inBuildBatch(), MIRROR_REQUESTED_DIRECTLY);

    assertThat(check(plan, ready, SampleBuild.project())).isEmpty();
  }

  private static String versionReason(Ready ready, Project project) {
    return check(
        PLANNER.plan(SampleBuild.failedIn("BUILD").inBuildBatch(), List.of(), RUBY),
        ready,
        project);
  }

  private static String check(BuildRetryPlan plan, Ready ready, Project project) {
    assertThat(plan).isInstanceOf(RetryParent.class);
    return new BuildRetryPlanner(PlannerFixture.MIRROR, PLANNER.config())
        .checkProjectUpdate((RetryParent) plan, ready, project)
        .map(BuildRetryPlan.Skip::reason)
        .orElse("");
  }

  private static Project projectWithBuildspec(String buildspec) {
    var project = SampleBuild.project();
    return project.toBuilder()
        .source(project.source().toBuilder().buildspec(buildspec).build())
        .build();
  }

  private static ProjectUpdate projectUpdate(BuildRetryPlan plan) {
    assertThat(plan).isInstanceOf(RetryParent.class);
    return Objects.requireNonNull(((RetryParent) plan).projectUpdate());
  }
}
