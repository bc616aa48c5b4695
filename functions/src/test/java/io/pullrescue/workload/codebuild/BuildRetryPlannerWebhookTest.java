package io.pullrescue.workload.codebuild;

import static io.pullrescue.workload.codebuild.PlannerFixture.MIRROR_REQUESTED_DIRECTLY;
import static io.pullrescue.workload.codebuild.PlannerFixture.RUBY;
import static io.pullrescue.workload.codebuild.PlannerFixture.asFetchBuildspec;
import static io.pullrescue.workload.codebuild.PlannerFixture.asStartBuild;
import static io.pullrescue.workload.codebuild.PlannerFixture.context;
import static io.pullrescue.workload.codebuild.PlannerFixture.plan;
import static io.pullrescue.workload.codebuild.PlannerFixture.resume;
import static io.pullrescue.workload.codebuild.PlannerFixture.skipReason;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.ImageSubstitution;
import io.pullrescue.config.ProjectSelection;
import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.config.WebhookGuards;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.codebuild.BuildRetryPlan.RetryParent;
import io.pullrescue.workload.codebuild.BuildRetryPlan.StartBuild;
import io.pullrescue.workload.codebuild.buildspec.BuildspecLocation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.codebuild.model.SourceType;

/** Builds that a webhook started, and buildspecs that ask how their build was started. */
final class BuildRetryPlannerWebhookTest {
  private static final String COMMIT = "6f1c0a6d".repeat(5);
  private static final SampleBuild PUSH =
      SampleBuild.failedIn("BUILD")
          .withInitiator("GitHub-Hookshot/8f2c1d7")
          .withSourceVersion(COMMIT, COMMIT);
  private static final SampleBuild PULL_REQUEST = PUSH.withSourceVersion("pr/7", COMMIT);

  @Test
  void retriesPushWithoutGuards() {
    assertThat(plan(PUSH, RUBY)).isInstanceOf(StartBuild.class);
    assertThat(plan(PULL_REQUEST, RUBY)).isInstanceOf(StartBuild.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GitHub-Hookshot/8f2c1d7", "Bitbucket-Webhooks/2.0", "GitLab/17.2.0"})
  void skipsWebhookBuildWithGuards(String initiator) {
    var guarded =
        PUSH.withInitiator(initiator)
            .withBuildspec(commands("test $CODEBUILD_WEBHOOK_EVENT != PUSH || make release"));

    assertThat(skipReason(plan(guarded, RUBY)))
        .isEqualTo(
            "its buildspec reads CODEBUILD_WEBHOOK_ variables, which would differ in a retry, so"
                + " that it might do something else than the failed build; start it again as it was"
                + " started, or set `webhookGuards` to `ignore`");
    assertThat(withGuards(WebhookGuards.IGNORE).plan(guarded, List.of(), RUBY))
        .isInstanceOf(StartBuild.class);
  }

  @Test
  void skipsGuardsOfUnknownInitiatorWhenProjectHasWebhook() {
    var guarded =
        PUSH.withInitiator("NewForge-Hooks/1").withBuildspec(commands("$CODEBUILD_WEBHOOK_EVENT"));
    var withWebhook =
        SampleBuild.project().toBuilder().webhook(webhook -> webhook.url("https://hook")).build();
    var planner = new PlannerFixture(RetryConfig.DEFAULTS);

    assertThat(skipReason(planner.plan(context(guarded, withWebhook, List.of()), RUBY)))
        .contains("CODEBUILD_WEBHOOK_");
    var startedByUser = context(guarded.withInitiator("alice"), withWebhook, List.of());
    assertThat(planner.plan(startedByUser, RUBY)).isInstanceOf(StartBuild.class);
    assertThat(plan(guarded, RUBY)).isInstanceOf(StartBuild.class);
  }

  @Test
  void skipsBuildspecThatReadsInitiator() {
    var guarded = SampleBuild.failedIn("BUILD").withBuildspec(commands("$CODEBUILD_INITIATOR"));

    assertThat(skipReason(plan(guarded, RUBY))).contains("reads CODEBUILD_INITIATOR");
    assertThat(plan(guarded.startedByPullRescue(), RUBY)).isInstanceOf(StartBuild.class);
  }

  @Test
  void skipsBuildspecThatReadsChangedSourceVersion() {
    var buildspec = commands("case $CODEBUILD_SOURCE_VERSION in pr/*) ;; *) make release ;; esac");

    assertThat(skipReason(plan(PULL_REQUEST.withBuildspec(buildspec), RUBY)))
        .contains("reads CODEBUILD_SOURCE_VERSION");
    assertThat(plan(PUSH.withBuildspec(buildspec), RUBY)).isInstanceOf(StartBuild.class);
    assertThat(
            plan(
                PULL_REQUEST.withBuildspec(
                    commands("$CODEBUILD_SOURCE_VERSION_tools $CODEBUILD_RESOLVED_SOURCE_VERSION")),
                RUBY))
        .isInstanceOf(StartBuild.class);
  }

  @Test
  void fetchesBuildspecOfWebhookBuildThatIsNotEdited() {
    var image =
        SampleBuild.failedIn("PROVISIONING")
            .withInitiator("GitHub-Hookshot/8f2c1d7")
            .withSourceVersion(COMMIT, null)
            .withBuildspec(null);

    var fetchPlan = asFetchBuildspec(plan(image, RUBY));

    assertThat(fetchPlan.location()).isEqualTo(new BuildspecLocation.SourceFile("buildspec.yml"));
    assertThat(fetchPlan.purpose()).contains("unless `webhookGuards` is `ignore`");
    assertThat(asStartBuild(resume(image, fetchPlan, SampleBuild.BUILDSPEC)).environmentImage())
        .isEqualTo(RUBY.mirrorReference());
    assertThat(skipReason(resume(image, fetchPlan, commands("$CODEBUILD_WEBHOOK_TRIGGER"))))
        .contains("CODEBUILD_WEBHOOK_");
    assertThat(
            asFetchBuildspec(plan(PUSH.withBuildspec(null), MIRROR_REQUESTED_DIRECTLY)).purpose())
        .isNotEmpty();
    assertThat(plan(image.withInitiator("alice"), RUBY)).isInstanceOf(StartBuild.class);
    assertThat(withGuards(WebhookGuards.IGNORE).plan(image, List.of(), RUBY))
        .isInstanceOf(StartBuild.class);
  }

  /** A stage or batch starts its builds itself, as it did before. */
  @Test
  void retriesParentOfGuardedBuild() {
    var guarded = PUSH.withBuildspec(commands("$CODEBUILD_WEBHOOK_EVENT $CODEBUILD_INITIATOR"));

    assertThat(plan(guarded.inBuildBatch(), MIRROR_REQUESTED_DIRECTLY))
        .isInstanceOf(RetryParent.class);
    assertThat(plan(guarded.withInitiator("codepipeline/shop"), MIRROR_REQUESTED_DIRECTLY))
        .isInstanceOf(RetryParent.class);
  }

  @Test
  void passesCredentialsToPushOnly() {
    assertCredentials(PUSH, true);
    assertCredentials(SampleBuild.failedIn("BUILD"), true);
    assertCredentials(PULL_REQUEST, false);
    assertCredentials(PULL_REQUEST.withInitiator("alice"), false);
    assertCredentials(
        PUSH.withInitiator("Bitbucket-Webhooks/2.0")
            .withSourceType(SourceType.BITBUCKET, "https://bitbucket.org/shop/shop.git"),
        false);
    assertCredentials(PUSH.startedByPullRescue(), false);
    assertCredentials(
        PUSH.startedByPullRescue().withVariables(Map.of("PULL_RESCUE_PASSWORD", "hub")), true);
  }

  @Test
  void updatesNoProjectWithCredentialsForPullRequest() {
    var planner =
        new PlannerFixture(
            TestFixtures.retryConfig(
                3, 20, ProjectUpdateMode.UNTIL_SUCCESS, ImageSubstitution.LOGIN));

    assertThat(skipReason(planner.plan(PULL_REQUEST.inBuildBatch(), List.of(), RUBY)))
        .startsWith("a pull request may have started it");
  }

  private static void assertCredentials(SampleBuild build, boolean expected) {
    var planner =
        new PlannerFixture(
            TestFixtures.retryConfig(3, 20, ProjectUpdateMode.OFF, ImageSubstitution.LOGIN));
    var plan = asStartBuild(planner.plan(build, List.of(), RUBY));

    assertThat(plan.passesCredentials()).isEqualTo(expected);
    var mirrorServer = "docker_hub=use_mirror";
    if (expected) {
      assertThat(plan.buildspec()).doesNotContain(mirrorServer);
    } else {
      assertThat(plan.buildspec()).contains(mirrorServer);
    }
  }

  private static PlannerFixture withGuards(WebhookGuards guards) {
    return new PlannerFixture(
        new RetryConfig(
            3,
            20,
            60,
            guards,
            ImageSubstitution.MIRROR,
            ProjectUpdateMode.OFF,
            true,
            List.of(),
            ProjectSelection.ALL,
            WorkloadRetryMode.OFF,
            WorkloadRetryMode.OFF,
            true,
            RetryConfig.DEFAULTS.passRoles()));
  }

  private static String commands(String command) {
    return SampleBuild.BUILDSPEC.replace("docker build -t app .", command);
  }
}
