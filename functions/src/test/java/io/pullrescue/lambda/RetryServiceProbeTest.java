package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.Mode;
import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.event.publish.RescueEvent;
import io.pullrescue.testing.FakeCodeBuild;
import io.pullrescue.testing.FakeSourceFiles;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.testing.SampleWorkloads;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.MirroredImageLookup;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.ProcessingResult.RetryAfter;
import io.pullrescue.workload.codebuild.Build;
import io.pullrescue.workload.codebuild.Build.Source;
import io.pullrescue.workload.codebuild.BuildRecovery;
import io.pullrescue.workload.codebuild.BuildRetryExecutor;
import io.pullrescue.workload.codebuild.BuildRetryPlanner;
import io.pullrescue.workload.codebuild.buildspec.BuildspecFetcher;
import io.pullrescue.workload.codebuild.buildspec.FetchResult;
import io.pullrescue.workload.codebuild.buildspec.ProbeBuild;
import io.pullrescue.workload.codebuild.buildspec.ProbeFetcher;
import io.pullrescue.workload.codebuild.buildspec.ProbeStarterPort;
import io.pullrescue.workload.codebuild.log.LogResult;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A retry that has to wait until somebody has read the buildspec. */
final class RetryServiceProbeTest {
  private static final String BUILDSPEC =
      "version: 0.2\nphases:\n  build:\n    commands:\n      - make\n";

  private final FakeCodeBuild codeBuild = new FakeCodeBuild();
  private final TestFixtures.RecordingEventPublisher publisher =
      new TestFixtures.RecordingEventPublisher();

  @ParameterizedTest
  @CsvSource({"1, 20", "2, 40", "3, 120", "4, 600"})
  void retriesMessageWhileProbeBuildRuns(int receiveCount, int seconds) {
    var result = process(new FetchResult.Unavailable("why"), receiveCount);

    assertThat(result)
        .isEqualTo(
            new RetryAfter("probe shop:probe reads buildspec.yml", Duration.ofSeconds(seconds)));
    assertThat(codeBuild.startedBuilds).isEmpty();
    assertThat(publisher.events).isEmpty();
  }

  @Test
  void publishesSkippedRetryOnLastReceive() {
    assertThat(process(new FetchResult.Unavailable("why"), 5)).isInstanceOf(Completed.class);

    assertThat(publisher.events)
        .singleElement()
        .isInstanceOfSatisfying(
            RescueEvent.RetrySkipped.class,
            retrySkipped ->
                assertThat(retrySkipped.reason())
                    .isEqualTo("probe shop:probe reads buildspec.yml, for too long"));
  }

  @Test
  void startsBuildWithFetchedBuildspec() {
    process(new FetchResult.Found(BUILDSPEC), 1);

    assertThat(codeBuild.startedBuilds)
        .singleElement()
        .satisfies(plan ->
            assertThat(plan.buildspec())
                .startsWith(
                    "version: 0.2\nphases:\n  build:\n    commands:\n      - \": pull-rescue")
                .endsWith("\n      - make\n"));
    assertThat(publisher.events).singleElement().isInstanceOf(RescueEvent.Retried.class);
  }

  @Test
  void skipsRetryWhenFetchedTextIsNotABuildspec() {
    process(new FetchResult.Found("buildspec.yml"), 1);

    assertThat(codeBuild.startedBuilds).isEmpty();
    assertThat(publisher.events).singleElement().isInstanceOf(RescueEvent.RetrySkipped.class);
  }

  private ProcessingResult process(FetchResult fetchResult, int receiveCount) {
    codeBuild.builds.put(TestFixtures.BUILD, failedBuild());
    var planner = new BuildRetryPlanner(TestFixtures.MIRROR, RetryConfig.DEFAULTS);
    var buildspecFetcher =
        new BuildspecFetcher(
            new FakeSourceFiles(fetchResult),
            new ProbeFetcher(
                new FakeProbeStarter(), (log, timeRange) -> new LogResult.Lines(List.of())));
    var imageLookup = new MirroredImageLookup(image -> Optional.empty());
    var service =
        new RetryService(
            Mode.RESCUE,
            codeBuild,
            codeBuild,
            codeBuild,
            imageLookup,
            planner,
            new BuildRetryExecutor(
                planner, buildspecFetcher, codeBuild, codeBuild, codeBuild, publisher),
            SampleWorkloads.registry(null, null, imageLookup, publisher),
            new BuildRecovery(
                TestFixtures.MIRROR, codeBuild, codeBuild, ProjectUpdateMode.OFF, publisher),
            InstantSource.system());
    return service.process(
        new QueueMessage(
            "1", TestFixtures.readSample("pull-rescue/image-replicated.json"), receiveCount, null),
        TestFixtures.context(1));
  }

  private static Build failedBuild() {
    var source = new Source("GITHUB", "https://github.com/shop/shop.git", null);
    return SampleBuild.from(TestFixtures.failedBuild()).withSource(source, "6f1c0a6d").build();
  }

  /** An account in which no probe is found. */
  private static final class FakeProbeStarter implements ProbeStarterPort {
    @Override
    public List<Build> findRecent(String project) {
      return List.of();
    }

    @Override
    public String start(Build build, ProbeBuild probe) {
      return "shop:probe";
    }
  }
}
