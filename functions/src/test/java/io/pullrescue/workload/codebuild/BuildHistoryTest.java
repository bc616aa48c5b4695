package io.pullrescue.workload.codebuild;

import static io.pullrescue.workload.codebuild.PlannerFixture.NOW;
import static io.pullrescue.workload.codebuild.PlannerFixture.RUBY;
import static io.pullrescue.workload.codebuild.PlannerFixture.skipReason;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.RetryConfig;
import io.pullrescue.testing.FakeCodeBuildClient;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.codebuild.BuildRetryPlan.Skip;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.codebuild.model.Build;

/** Builds that began after the failed one, and what counts as a retry. */
final class BuildHistoryTest {
  private static final String COMMIT = "6f1c0a6d".repeat(5);
  private static final String NEWER_COMMIT = "0a".repeat(20);

  private final SampleBuild failed =
      SampleBuild.failedIn("BUILD")
          .withStartTime(NOW.minusSeconds(600))
          .withSourceVersion("refs/heads/main", COMMIT);

  private final SampleBuild newer =
      failed
          .withId("shop:newer")
          .withStatus("SUCCEEDED")
          .withStartTime(NOW.minusSeconds(300))
          .withSourceVersion("refs/heads/main", NEWER_COMMIT);

  @Test
  void skipsBuildWhoseBranchWasBuiltLater() {
    assertThat(skipReason(plan(failed, newer)))
        .startsWith("its source was built again later, by shop:newer (SUCCEEDED)");
    assertThat(skipReason(plan(failed, newer.withStatus("IN_PROGRESS"))))
        .contains("shop:newer (IN_PROGRESS)");
    assertThat(skipReason(plan(failed, newer.withSourceVersion("refs/heads/main", null))))
        .contains("shop:newer");
  }

  @Test
  void skipsPullRequestThatWasBuiltLater() {
    assertThat(
            plan(
                failed.withSourceVersion("pr/7", COMMIT),
                newer.withSourceVersion("pr/7", NEWER_COMMIT)))
        .isInstanceOf(Skip.class);
  }

  @Test
  void skipsCommitWhoseBranchIsUnknown() {
    assertThat(
            plan(
                failed.withSourceVersion(COMMIT, COMMIT),
                newer.withSourceVersion(NEWER_COMMIT, NEWER_COMMIT)))
        .isInstanceOf(Skip.class);
    assertThat(plan(failed.withSourceVersion(null, COMMIT), newer)).isInstanceOf(Skip.class);
  }

  @Test
  void retriesBuildWhenLaterOnesAreOfOtherContent() {
    assertRetried(failed, newer.withSourceVersion("refs/heads/feature", NEWER_COMMIT));
    assertRetried(failed, newer.withSourceVersion("pr/7", NEWER_COMMIT));
    assertRetried(failed, newer.withStatus("FAILED"));
    assertRetried(failed, newer.withStatus("STOPPED"));
    assertRetried(failed, newer.withStartTime(NOW.minusSeconds(700)));
    assertRetried(
        failed,
        SampleBuild.from(
            newer.build().toBuilder()
                .source(source -> source.type("GITHUB").location("https://github.com/other.git"))
                .build()));
    var inBatch = failed.inBuildBatch("shop:batch");
    assertThat(new BuildHistory(List.of(), true, "x").findNewerBuild(inBatch.build())).isEmpty();
    assertThat(
            new BuildHistory(List.of(newer.inBuildBatch("shop:batch").build()), true, "x")
                .findNewerBuild(inBatch.build()))
        .isEmpty();
  }

  /** Such a retry reads the object as it is then. */
  @Test
  void retriesBuildOfCurrentContent() {
    var object =
        SampleBuild.from(
            failed.withSourceVersion(null, null).build().toBuilder()
                .source(SampleBuild.source("S3", "sources/shop.zip", SampleBuild.BUILDSPEC))
                .build());

    assertRetried(
        object,
        SampleBuild.from(
            newer.withSourceVersion(null, null).build().toBuilder()
                .source(object.build().source())
                .build()));
  }

  @Test
  void sameCommitCountsUnlessItIsOtherWork() {
    var again = newer.withSourceVersion("refs/heads/main", COMMIT);

    assertThat(plan(failed, again)).isInstanceOf(Skip.class);
    assertRetried(failed, again.withVariables(Map.of("SERVICE", "cart")));
  }

  /** A retry is as late as the build that it repeats. */
  @Test
  void retriesOfOlderBuildsAreNotNewer() {
    var older = failed.withId("shop:older").withStartTime(NOW.minusSeconds(900));
    var retryOfOlder = retryOf("shop:older", newer);
    var retryOfUnknown = retryOf("shop:unknown", newer);
    var later = failed.withId("shop:later").withStartTime(NOW.minusSeconds(400));
    var retryOfLater = retryOf("shop:later", newer);

    assertRetried(failed, retryOfOlder, older);
    assertRetried(failed, retryOfUnknown);
    assertThat(plan(failed, retryOfLater, later)).isInstanceOf(Skip.class);
    assertThat(plan(failed, retryOfLater.withInitiator("mallory"), later)).isInstanceOf(Skip.class);
  }

  @Test
  void retryOfSameChainIsNotNewer() {
    var retry =
        retryOf(failed.build().id(), newer)
            .withSourceVersion("refs/heads/main^{" + COMMIT + "}", COMMIT);

    assertThat(plan(failed, retry, failed)).isNotInstanceOf(Skip.class);
  }

  @Test
  void ignoresForgedRetries() {
    var forged = retryOf(SampleBuild.ID, newer.withStatus("FAILED")).withInitiator("mallory");
    var history = history(forged.build());

    assertThat(history.findRetry(new RetryState(SampleBuild.ID, 1, List.of()))).isEmpty();
    assertThat(history.startsSince(NOW.minus(Duration.ofHours(1)))).isZero();
    var other = retryOf(SampleBuild.ID, newer).withInitiator(TestFixtures.RETRY_ROLE + "X/y");
    assertThat(history(other.build()).startsSince(NOW.minus(Duration.ofHours(1)))).isZero();
  }

  @Test
  void readsAllBuildsOfLastHour() {
    var codeBuild = new FakeCodeBuildClient();
    for (int i = 0; i < 360; i++) {
      codeBuild.add(retryOf("shop:x", newer).withId("shop:" + i).build());
    }
    var since = NOW.minus(Duration.ofHours(1));

    var history = new BuildClient(codeBuild).getHistory("shop", since, TestFixtures.RETRY_ROLE);

    assertThat(history.startsSince(since)).isEqualTo(360);
    assertThat(history.isComplete()).isTrue();
    assertThat(codeBuild.calls).hasSize(8);
  }

  @Test
  void stopsReadingAtInstantAndAtLimit() {
    var codeBuild = new FakeCodeBuildClient();
    for (int i = 0; i < 1200; i++) {
      var age = i < 1050 ? Duration.ofHours(2) : Duration.ofMinutes(1);
      codeBuild.add(newer.withId("shop:" + i).withStartTime(NOW.minus(age)).build());
    }
    var buildClient = new BuildClient(codeBuild);

    var recent = buildClient.getHistory("shop", NOW.minus(Duration.ofHours(1)), "role");
    assertThat(recent.isComplete()).isTrue();
    assertThat(recent.builds()).hasSize(200);

    var all = buildClient.getHistory("shop", NOW.minus(Duration.ofHours(3)), "role");
    assertThat(all.isComplete()).isFalse();
    assertThat(all.builds()).hasSize(1000);
    var context =
        new RetryContext(failed.build(), SampleBuild.project(), all, false, List.of(), NOW);
    assertThat(skipReason(new PlannerFixture(RetryConfig.DEFAULTS).plan(context, RUBY)))
        .contains("has had more than 1000 builds since it began");
  }

  private static SampleBuild retryOf(String id, SampleBuild build) {
    return build
        .withId("shop:retry")
        .startedByPullRescue()
        .withVariables(new RetryState(id, 1, List.of()).environmentVariables());
  }

  private static void assertRetried(SampleBuild build, SampleBuild... others) {
    assertThat(plan(build, others)).isInstanceOf(BuildRetryPlan.StartBuild.class);
  }

  private static BuildRetryPlan plan(SampleBuild build, SampleBuild... others) {
    var builds = List.of(others).stream().map(SampleBuild::build).toList();
    return new PlannerFixture(RetryConfig.DEFAULTS).plan(build, builds, RUBY);
  }

  private static BuildHistory history(Build... builds) {
    return new BuildHistory(List.of(builds), true, TestFixtures.RETRY_ROLE);
  }
}
