package io.pullrescue.workload.codebuild;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.diagnosis.Failure;
import io.pullrescue.diagnosis.LogExcerpt;
import io.pullrescue.diagnosis.LogExcerpt.TextSource;
import io.pullrescue.image.ImageReference;
import io.pullrescue.testing.FakeCloudWatchLogsClient;
import io.pullrescue.testing.FakeCodeBuildClient;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.workload.LoadResult;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsRequest;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildPhase;

final class BuildFailureLoaderTest {
  private static final String ID = "shop:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60";
  private static final String LOG = "b0c7d1f4";
  private static final Instant START = Instant.parse("2026-06-15T10:31:00Z");
  private static final BuildPhase SUBMITTED = SampleBuild.phase("SUBMITTED", "SUCCEEDED");
  private static final BuildPhase BUILD_FAILED =
      SampleBuild.failedPhase("BUILD", "COMMAND_EXECUTION_ERROR: exit status 1");
  private static final BuildPhase PROVISIONING_FAILED =
      SampleBuild.failedPhase("PROVISIONING", "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE: Unable");

  private final FakeCodeBuildClient codeBuild = new FakeCodeBuildClient();
  private final FakeCloudWatchLogsClient logs = new FakeCloudWatchLogsClient();

  @Test
  void recordsEnvironmentImageIfProvisioningFailed() {
    var result = load(build("FAILED", "ruby:2.7", null, SUBMITTED, PROVISIONING_FAILED));

    var failure = onlyFailure(result);
    assertThat(failure.recordedImage()).isEqualTo(ImageReference.of("ruby:2.7"));
    assertThat(failure.excerpts())
        .containsExactly(
            new LogExcerpt(
                TextSource.PHASE_CONTEXT, "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE: Unable"));
  }

  @Test
  void ignoresCodeBuildCuratedImage() {
    var result =
        load(build("FAILED", "aws/codebuild/standard:7.0", null, SUBMITTED, PROVISIONING_FAILED));

    assertThat(onlyFailure(result).recordedImage()).isNull();
  }

  @Test
  void splitsPhaseLogAtLastCommand() {
    var result =
        load(
            build("FAILED", "aws/codebuild/standard:7.0", LOG, SUBMITTED, BUILD_FAILED),
            "[Container] 2026/06/15 10:31:00.000001 Entering phase PRE_BUILD",
            "[Container] 2026/06/15 10:31:00.000002 Running command echo before",
            "[Container] 2026/06/15 10:31:01.000001 Phase complete: PRE_BUILD State: SUCCEEDED",
            "[Container] 2026/06/15 10:31:02.000001 Entering phase BUILD",
            "[Container] 2026/06/15 10:31:02.000002 Running command docker pull x || true",
            "Error response from daemon: toomanyrequests",
            "[Container] 2026/06/15 10:31:03.000001 Running command docker build .",
            "Step 1/2 : FROM ruby:2.7",
            "[Container] 2026/06/15 10:31:04.000001 Phase complete: BUILD State: FAILED",
            "[Container] 2026/06/15 10:31:05.000001 Entering phase POST_BUILD");

    var excerpts = onlyFailure(result).excerpts();
    assertThat(excerpts.get(0).source()).isEqualTo(TextSource.FAILING_COMMAND);
    assertThat(excerpts.get(0).text()).contains("FROM ruby:2.7").doesNotContain("toomanyrequests");
    assertThat(excerpts.get(1).source()).isEqualTo(TextSource.EARLIER_COMMANDS);
    assertThat(excerpts.get(1).text()).contains("toomanyrequests").doesNotContain("echo before");
  }

  @Test
  void returnsNotReadyIfPhaseLogIsIncomplete() {
    var result =
        load(
            build("FAILED", "aws/codebuild/standard:7.0", LOG, SUBMITTED, BUILD_FAILED),
            "[Container] 2026/06/15 10:31:02.000001 Entering phase BUILD");

    assertThat(result).isInstanceOf(LoadResult.NotReady.class);
  }

  @Test
  void treatsContinuedPhaseAsEarlierCommands() {
    var continued = phase("PRE_BUILD", "FAILED", 10);
    var failed = phase("BUILD", "FAILED", 20);
    var result =
        load(
            build(
                "FAILED", "ruby:2.7", LOG, continued, failed, phase("POST_BUILD", "SUCCEEDED", 30)),
            "[Container] 2026/06/15 10:31:00.000001 Entering phase PRE_BUILD",
            "[Container] 2026/06/15 10:31:00.000002 Running command docker pull redis:7",
            "Error response from daemon: toomanyrequests",
            "[Container] 2026/06/15 10:31:01.000001 Phase complete: PRE_BUILD State: FAILED",
            "[Container] 2026/06/15 10:31:02.000001 Entering phase BUILD",
            "[Container] 2026/06/15 10:31:03.000001 Running command make test",
            "1 test failed",
            "[Container] 2026/06/15 10:31:04.000001 Phase complete: BUILD State: FAILED");

    var excerpts = onlyFailure(result).excerpts();
    assertThat(excerpts.get(0).text()).contains("1 test failed").doesNotContain("toomanyrequests");
    assertThat(excerpts.get(1).source()).isEqualTo(TextSource.EARLIER_COMMANDS);
    assertThat(excerpts.get(1).text()).contains("docker pull redis:7", "toomanyrequests");
  }

  @Test
  void usesContinuedPhaseIfNoOtherFailed() {
    assertThat(failedPhase(phase("PRE_BUILD", "FAILED", 10), phase("BUILD", "SUCCEEDED", 20)))
        .contains("PRE_BUILD");
  }

  @Test
  void prefersBuildFailureToPostBuildFailure() {
    assertThat(failedPhase(phase("BUILD", "FAILED", 10), phase("POST_BUILD", "FAILED", 20)))
        .contains("BUILD");
  }

  @Test
  void readsOnlyLogRangeOfFailedPhases() {
    load(
        build(
            "FAILED",
            "ruby:2.7",
            LOG,
            phase("INSTALL", "SUCCEEDED", 0),
            phase("PRE_BUILD", "FAILED", 100),
            phase("BUILD", "FAILED", 200),
            phase("POST_BUILD", "SUCCEEDED", 300)));

    assertThat(logs.requests)
        .extracting(GetLogEventsRequest::startTime)
        .containsOnly(START.plusSeconds(100 - 60).toEpochMilli());
    assertThat(logs.requests)
        .extracting(GetLogEventsRequest::endTime)
        .containsOnly(START.plusSeconds(209 + 60).toEpochMilli());
  }

  @Test
  void explainsHowToGrantLogAccess() {
    var result =
        load(
            SampleBuild.failed()
                .withPhases(BUILD_FAILED)
                .withS3Log("arn:aws:s3:::logs/shop/1.gz")
                .build());

    assertThat(result)
        .isInstanceOfSatisfying(
            LoadResult.Unreadable.class,
            unreadable -> assertReason(unreadable.reason(), "-c buildLogBuckets=logs"));
  }

  @Test
  void returnsNotReadyIfLogIsAbsent() {
    codeBuild.add(build("FAILED", "ruby:2.7", LOG, BUILD_FAILED));

    assertThat(loader().load(ID)).isInstanceOf(LoadResult.NotReady.class);
  }

  @Test
  void recordsServiceRole() {
    var result = load(build("FAILED", "ruby:2.7", null, PROVISIONING_FAILED));

    assertThat(onlyFailure(result).pullRoleArn()).endsWith(":role/service-role/shop-builds");
  }

  @Test
  void ignoresPhasesSucceedingAfterFailure() {
    var after = SampleBuild.phase("POST_BUILD", "SUCCEEDED");
    var result = load(build("FAILED", "ruby:2.7", null, PROVISIONING_FAILED, after));

    assertThat(result).isInstanceOf(LoadResult.Complete.class);
  }

  @Test
  void explainsWhyThereIsNoFailure() {
    assertThat(load(build("SUCCEEDED", "ruby:2.7", null, SUBMITTED)))
        .isInstanceOfSatisfying(
            LoadResult.NoFailure.class, failure -> assertReason(failure.reason(), "is SUCCEEDED"));
    assertThat(load(build("FAILED", "ruby:2.7", null, SUBMITTED, BUILD_FAILED)))
        .isInstanceOfSatisfying(
            LoadResult.Unreadable.class,
            unreadable -> assertReason(unreadable.reason(), "writes no log"));
  }

  @Test
  void waitsForBuildThatItsEventIsQuickerThan() {
    assertThat(load(null))
        .isInstanceOfSatisfying(
            LoadResult.NotReady.class, notReady -> assertReason(notReady.reason(), "has no build"));
    assertThat(load(build("IN_PROGRESS", "ruby:2.7", null, SUBMITTED)))
        .isInstanceOfSatisfying(
            LoadResult.NotReady.class,
            notReady -> assertReason(notReady.reason(), "is IN_PROGRESS, not failed"));
  }

  @Test
  void ignoresFailedProbeBuild() {
    var probe =
        SampleBuild.failedIn("PROVISIONING").withVariables(Map.of(ProbeBuild.VARIABLE, ID)).build();

    assertThat(load(probe))
        .isInstanceOfSatisfying(
            LoadResult.NoFailure.class,
            noFailure -> assertReason(noFailure.reason(), "is a probe"));
  }

  private static Optional<String> failedPhase(BuildPhase... phases) {
    return FailedPhase.of(build("FAILED", "ruby:2.7", LOG, phases)).map(FailedPhase::type);
  }

  private static BuildPhase phase(String type, String status, int second) {
    var start = START.plusSeconds(second);
    return SampleBuild.phase(type, status, start, start.plusSeconds(9));
  }

  private static void assertReason(String reason, String text) {
    assertThat(reason).contains(text).contains(ID);
  }

  private static Failure onlyFailure(LoadResult result) {
    assertThat(result).isInstanceOf(LoadResult.Complete.class);
    return ((LoadResult.Complete) result).failures().getFirst();
  }

  private LoadResult load(@Nullable Build build, String... log) {
    if (build != null) {
      codeBuild.add(build);
    }
    logs.streams.put(LOG, List.of(log));
    return loader().load(ID);
  }

  private BuildFailureLoader loader() {
    return new BuildFailureLoader(new BuildClient(codeBuild), logs.reader());
  }

  private static Build build(
      String status, String image, @Nullable String logStream, BuildPhase... phases) {
    var build = SampleBuild.failed().withStatus(status).withImage(image).withPhases(phases);
    return (logStream == null ? build : build.withLogStream(logStream)).build();
  }
}
