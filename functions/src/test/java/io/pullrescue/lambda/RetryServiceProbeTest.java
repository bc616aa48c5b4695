package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.event.publish.RescueEvent;
import io.pullrescue.testing.CodeBuildFixture;
import io.pullrescue.testing.FakeCodeBuildClient;
import io.pullrescue.testing.FakeCodeCommitClient;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.RetryRequest.Retry;
import io.pullrescue.workload.RetryRequestMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Retries that wait until a probe build or an API has read the buildspec. */
final class RetryServiceProbeTest {
  private static final String GITHUB_URL = "https://github.com/shop/shop.git";
  private static final String BUILDSPEC =
      "version: 0.2\nphases:\n  build:\n    commands:\n      - make\n";

  private final RetryFixture retries = new RetryFixture();
  private final CodeBuildFixture fixture = retries.builds;
  private final FakeCodeBuildClient codeBuild = fixture.codeBuild;
  private final TestFixtures.RecordingEventPublisher publisher = retries.publisher;

  @ParameterizedTest
  @CsvSource({"0, 20", "1, 40", "2, 120", "3, 600"})
  void sendsRequestAgainWhileProbeBuildRuns(int waits, int seconds) {
    assertThat(process("GITHUB", GITHUB_URL, waits))
        .isEqualTo("sent again: probe build shop:again-1 reads buildspec.yml");

    assertThat(retries.queue.messages)
        .singleElement()
        .satisfies(message -> {
          var waiting =
              (Retry) RetryRequestMessage.parse(message.body(), message.id()).orElseThrow();
          assertThat(waiting.waits()).isEqualTo(waits + 1);
          assertThat(waiting.notBefore()).isEqualTo(retries.now.plusSeconds(seconds));
        });
    assertThat(codeBuild.startedBuilds)
        .singleElement()
        .satisfies(request ->
            assertThat(FakeCodeBuildClient.variables(request))
                .containsOnlyKeys("PULL_RESCUE_PROBE", "PULL_RESCUE_PROBE_PATH"));
    assertThat(publisher.events).isEmpty();
  }

  @Test
  void probeBuildIsStartedOnceWithoutFurtherReads() {
    process("GITHUB", GITHUB_URL, 0);

    assertThat(process("GITHUB", GITHUB_URL, 1))
        .isEqualTo("sent again: probe build shop:again-1 has not ended");
    assertThat(codeBuild.calls)
        .containsExactly(
            "BatchGetBuilds",
            "BatchGetProjects",
            "ListBuildsForProject",
            "BatchGetBuilds",
            "StartBuild",
            "BatchGetBuilds",
            "BatchGetProjects",
            "ListBuildsForProject",
            "BatchGetBuilds");
  }

  @Test
  void publishesSkippedRetryAfterLastWait() {
    process("GITHUB", GITHUB_URL, 4);

    assertThat(publisher.events)
        .singleElement()
        .isInstanceOfSatisfying(
            RescueEvent.RetrySkipped.class,
            retrySkipped ->
                assertThat(retrySkipped.reason())
                    .isEqualTo(
                        "timed out while waiting: probe build shop:again-1 reads buildspec.yml"));
  }

  @Test
  void startsBuildWithFetchedBuildspec() {
    fixture.codeCommit.files.put("buildspec.yml", BUILDSPEC);
    process("CODECOMMIT", FakeCodeCommitClient.REPOSITORY_URL, 0);

    assertThat(codeBuild.startedBuilds)
        .singleElement()
        .satisfies(request ->
            assertThat(request.buildspecOverride())
                .startsWith(
                    "version: 0.2\nphases:\n  build:\n    commands:\n      - \": pull-rescue")
                .endsWith("\n      - make\n"));
    assertThat(publisher.events).singleElement().isInstanceOf(RescueEvent.Retried.class);
  }

  @Test
  void skipsRetryWhenFetchedTextIsNotABuildspec() {
    fixture.codeCommit.files.put("buildspec.yml", "buildspec.yml");
    process("CODECOMMIT", FakeCodeCommitClient.REPOSITORY_URL, 0);

    assertThat(codeBuild.startedBuilds).isEmpty();
    assertThat(publisher.events).singleElement().isInstanceOf(RescueEvent.RetrySkipped.class);
  }

  @Test
  void skipsRetryWhenBuildspecDoesNotExist() {
    process("CODECOMMIT", FakeCodeCommitClient.REPOSITORY_URL, 0);

    assertThat(publisher.events)
        .singleElement()
        .isInstanceOfSatisfying(
            RescueEvent.RetrySkipped.class,
            retrySkipped ->
                assertThat(retrySkipped.reason())
                    .isEqualTo("its buildspec buildspec.yml in the source does not exist"));
  }

  /** Processes the request after a number of waits, and returns the line for the log. */
  private String process(String sourceType, String location, int waits) {
    if (!codeBuild.builds.containsKey(TestFixtures.BUILD)) {
      var source = SampleBuild.source(sourceType, location, null);
      codeBuild.add(
          SampleBuild.from(TestFixtures.failedBuild()).withSource(source, "6f1c0a6d").build());
      fixture.logs.streams.put(TestFixtures.LOG_STREAM, TestFixtures.LOG);
    }
    var request = RetryFixture.waited(TestFixtures.retryRequest("build"), waits);
    return ((Completed) retries.process(request)).summary();
  }
}
