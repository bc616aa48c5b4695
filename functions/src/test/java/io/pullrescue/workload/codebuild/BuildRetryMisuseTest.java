package io.pullrescue.workload.codebuild;

import static io.pullrescue.workload.codebuild.PlannerFixture.NOW;
import static io.pullrescue.workload.codebuild.PlannerFixture.RUBY;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.ImageSubstitution;
import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.codebuild.BuildRetryPlan.Skip;
import io.pullrescue.workload.codebuild.BuildRetryPlan.StartBuild;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.SourceType;

/** Retries builds whose retry would release an old version, or give credentials to strangers. */
final class BuildRetryMisuseTest {
  private static final String COMMIT = "6f1c0a6d".repeat(5);
  private static final String NEWER = "0a".repeat(20);

  /** A project that releases every pushed tag: v1.0.1 is out, and v1.0.0 is released after it. */
  @Test
  void olderTagIsNotReleasedAfterNewerTag() {
    var failed =
        SampleBuild.failedIn("BUILD")
            .withInitiator("GitHub-Hookshot/8f2c1d7")
            .withStartTime(NOW.minusSeconds(600))
            .withSourceVersion("refs/tags/v1.0.0^{" + COMMIT + "}", COMMIT);
    var newer =
        failed
            .withId("shop:newer")
            .withStatus("SUCCEEDED")
            .withStartTime(NOW.minusSeconds(300))
            .withSourceVersion("refs/tags/v1.0.1^{" + NEWER + "}", NEWER);

    assertThat(plan(failed, List.of(newer.build()))).isInstanceOf(Skip.class);
  }

  /** AWS's own pattern for pull requests of CodeCommit: a rule, or a Lambda function, starts it. */
  @ParameterizedTest
  @ValueSource(strings = {"rule/on-pull-request", "start-pr-builds-role/start-pr-builds"})
  void pullRequestOfCodeCommitGetsNoCredentials(String initiator) {
    var build =
        SampleBuild.failedIn("BUILD")
            .withInitiator(initiator)
            .withSourceType(
                SourceType.CODECOMMIT,
                "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop")
            .withSourceVersion("refs/heads/feature-of-a-stranger", COMMIT);
    var plan =
        new PlannerFixture(
                TestFixtures.retryConfig(3, 20, ProjectUpdateMode.OFF, ImageSubstitution.LOGIN))
            .plan(build, List.of(), RUBY);

    assertThat(((StartBuild) plan).passesCredentials()).isFalse();
  }

  /** Probe builds are builds with the project's role as well, and no limit counts them. */
  @Test
  void probesCountForTheHourlyLimit() {
    var failed =
        SampleBuild.failedIn("BUILD")
            .withBuildspec(null)
            .withStartTime(NOW.minusSeconds(60))
            .withSourceVersion("pr/7", COMMIT);
    List<Build> probes =
        IntStream.range(0, 500)
            .mapToObj(i ->
                failed
                    .withId("shop:probe-" + i)
                    .withStatus("SUCCEEDED")
                    .withStartTime(NOW.minusSeconds(1000 + i))
                    .startedByPullRescue()
                    .withVariables(Map.of("PULL_RESCUE_PROBE", "shop:" + i))
                    .build())
            .toList();

    assertThat(plan(failed, probes)).isInstanceOf(Skip.class);
  }

  private static BuildRetryPlan plan(SampleBuild build, List<Build> history) {
    return new PlannerFixture(RetryConfig.DEFAULTS).plan(build, history, RUBY);
  }
}
