package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.Mode;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.event.publish.RescueEvent;
import io.pullrescue.testing.CodeBuildFixture;
import io.pullrescue.testing.FakeCodeBuildClient;
import io.pullrescue.testing.FakeCodeCommitClient;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.testing.SampleWorkloads;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.MirroredImageLookup;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.ProcessingResult.RetryAfter;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Retries that wait until a probe build or an API has read the buildspec. */
final class RetryServiceProbeTest {
  private static final String GITHUB_URL = "https://github.com/shop/shop.git";
  private static final String BUILDSPEC =
      "version: 0.2\nphases:\n  build:\n    commands:\n      - make\n";

  private final CodeBuildFixture fixture = new CodeBuildFixture();
  private final FakeCodeBuildClient codeBuild = fixture.codeBuild;
  private final TestFixtures.RecordingEventPublisher publisher =
      new TestFixtures.RecordingEventPublisher();

  @ParameterizedTest
  @CsvSource({"1, 20", "2, 40", "3, 120", "4, 600"})
  void retriesMessageWhileProbeBuildRuns(int receiveCount, int seconds) {
    var result = process("GITHUB", GITHUB_URL, receiveCount);

    assertThat(result)
        .isEqualTo(
            new RetryAfter(
                "probe build shop:again-1 reads buildspec.yml", Duration.ofSeconds(seconds)));
    assertThat(codeBuild.startedBuilds)
        .singleElement()
        .satisfies(request ->
            assertThat(FakeCodeBuildClient.variables(request))
                .containsOnlyKeys("PULL_RESCUE_PROBE"));
    assertThat(publisher.events).isEmpty();
  }

  @Test
  void probeBuildIsStartedOnceWithoutFurtherReads() {
    process("GITHUB", GITHUB_URL, 1);
    var result = process("GITHUB", GITHUB_URL, 2);

    assertThat(result)
        .isEqualTo(
            new RetryAfter("probe build shop:again-1 has not ended", Duration.ofSeconds(40)));
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
  void publishesSkippedRetryOnLastReceive() {
    assertThat(process("GITHUB", GITHUB_URL, 5)).isInstanceOf(Completed.class);

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
    process("CODECOMMIT", FakeCodeCommitClient.REPOSITORY_URL, 1);

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
    process("CODECOMMIT", FakeCodeCommitClient.REPOSITORY_URL, 1);

    assertThat(codeBuild.startedBuilds).isEmpty();
    assertThat(publisher.events).singleElement().isInstanceOf(RescueEvent.RetrySkipped.class);
  }

  @Test
  void skipsRetryWhenBuildspecDoesNotExist() {
    process("CODECOMMIT", FakeCodeCommitClient.REPOSITORY_URL, 1);

    assertThat(publisher.events)
        .singleElement()
        .isInstanceOfSatisfying(
            RescueEvent.RetrySkipped.class,
            retrySkipped ->
                assertThat(retrySkipped.reason())
                    .isEqualTo("its buildspec buildspec.yml in the source does not exist"));
  }

  private ProcessingResult process(String sourceType, String location, int receiveCount) {
    if (!codeBuild.builds.containsKey(TestFixtures.BUILD)) {
      var source = SampleBuild.source(sourceType, location, null);
      codeBuild.add(
          SampleBuild.from(TestFixtures.failedBuild()).withSource(source, "6f1c0a6d").build());
    }
    var imageLookup = new MirroredImageLookup(image -> Optional.empty());
    var service =
        new RetryService(
            Mode.RESCUE,
            fixture.retrier(RetryConfig.DEFAULTS, imageLookup, publisher),
            SampleWorkloads.registry(null, null, imageLookup, publisher),
            fixture.recovery(RetryConfig.DEFAULTS, publisher));
    return service.process(
        new QueueMessage(
            "1", TestFixtures.readSample("pull-rescue/image-replicated.json"), receiveCount),
        TestFixtures.context(1));
  }
}
