package io.pullrescue.workload.codebuild;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.testing.FakeCloudWatchLogsClient;
import io.pullrescue.testing.FakeCodeBuildClient;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.codebuild.buildspec.FetchResult;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Found;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.NotFound;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Pending;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Unavailable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildPhase;

final class ProbeFetcherTest {
  private static final String PATH = "buildspec.yml";
  private static final String COMMIT = "6f1c0a6d".repeat(5);
  private static final String URL = "https://github.com/shop/shop.git";
  private static final ProbeBuild OWN_PROBE = new ProbeBuild("shop:failed", PATH);
  private static final ProbeBuild OTHER_PROBE = new ProbeBuild("shop:earlier", PATH);

  private final FakeCodeBuildClient codeBuild = new FakeCodeBuildClient();
  private final FakeCloudWatchLogsClient logs = new FakeCloudWatchLogsClient();
  private final ProbeFetcher fetcher = new ProbeFetcher(new ProbeStarter(codeBuild), logs.reader());
  private final List<Build> probes = new ArrayList<>();
  private String commit = COMMIT;
  private String url = URL;

  @Test
  void startsProbeAndReadsItWhenItHasEnded() {
    assertThat(fetch()).isInstanceOf(Pending.class);
    assertOwnProbeStarted();

    add(OWN_PROBE, "IN_PROGRESS");
    assertThat(fetch()).isEqualTo(new Pending("probe build shop:probe-1 has not ended"));

    add(OWN_PROBE, "SUCCEEDED", OWN_PROBE.output().marker() + " begins 3");
    assertThat(fetch())
        .isEqualTo(new Pending("the log of probe build shop:probe-2 is not complete yet"));

    add(OWN_PROBE, "SUCCEEDED", outputLines(OWN_PROBE));
    assertThat(fetch()).isEqualTo(new Found("abc"));
    assertOwnProbeStarted();
  }

  @Test
  void reportsWhyProbeFailed() {
    add(OWN_PROBE, "FAILED");

    assertThat(reason())
        .isEqualTo(
            "probe build shop:probe-1 ended as FAILED in DOWNLOAD_SOURCE: CLIENT_ERROR: no access");
    assertThat(codeBuild.startedBuilds).isEmpty();
  }

  @Test
  void reportsMissingFileAndMissingLog() {
    add(OWN_PROBE, "SUCCEEDED", OWN_PROBE.output().marker() + " finds no file");
    assertThat(fetch()).isEqualTo(new NotFound());

    add(
        OWN_PROBE,
        "SUCCEEDED",
        OWN_PROBE.output().marker() + " begins 1",
        OWN_PROBE.output().marker() + " ends");
    assertThat(reason()).contains("is corrupted");

    probes.addFirst(build("SUCCEEDED", OWN_PROBE).build());
    assertThat(reason()).contains("writes no log");
  }

  @Test
  void reusesProbeOfSameCommit() {
    add(OTHER_PROBE, "SUCCEEDED", outputLines(OTHER_PROBE));

    assertThat(fetch()).isEqualTo(new Found("abc"));
    assertThat(codeBuild.startedBuilds).isEmpty();
  }

  @Test
  void waitsForRunningProbeOfSameCommit() {
    add(OTHER_PROBE, "IN_PROGRESS");

    assertThat(fetch()).isInstanceOf(Pending.class);
    assertThat(codeBuild.startedBuilds).isEmpty();
  }

  @Test
  void startsOwnProbeWhenOthersDoNotApply() {
    add(OTHER_PROBE, "FAILED");
    add(OTHER_PROBE, "SUCCEEDED", OTHER_PROBE.output().marker() + " finds no file");
    add(new ProbeBuild("shop:earlier", "other.yml"), "SUCCEEDED", outputLines(OTHER_PROBE));
    commit = "0".repeat(40);
    add(OTHER_PROBE, "SUCCEEDED", outputLines(OTHER_PROBE));
    url = "https://github.com/fork/shop.git";
    commit = COMMIT;
    add(OTHER_PROBE, "SUCCEEDED", outputLines(OTHER_PROBE));
    url = URL;

    assertThat(fetch()).isInstanceOf(Pending.class);
    assertOwnProbeStarted();
  }

  @Test
  void doesNotReuseProbeOfBranch() {
    commit = "main";
    add(OTHER_PROBE, "SUCCEEDED", outputLines(OTHER_PROBE));

    assertThat(fetch()).isInstanceOf(Pending.class);
    assertOwnProbeStarted();
  }

  @Test
  void ignoresRetryThatHasVariablesOfProbe() {
    logs.streams.put("forged", List.of(outputLines(OWN_PROBE)));
    var variables = new HashMap<>(OWN_PROBE.environmentVariables());
    variables.put("PULL_RESCUE_ATTEMPT", "1");
    probes.add(
        build("SUCCEEDED", OWN_PROBE).withVariables(variables).withLogStream("forged").build());

    assertThat(fetch()).isInstanceOf(Pending.class);
    assertOwnProbeStarted();
  }

  /** It is not known whether BatchGetBuilds returns the text of a buildspec unchanged. */
  @Test
  void recognizesProbeWhoseBuildspecWasRewritten() {
    logs.streams.put("probe", List.of(outputLines(OWN_PROBE)));
    probes.add(
        build("SUCCEEDED", OWN_PROBE)
            .withBuildspec(OWN_PROBE.buildspec().strip().replace("\n", "\r\n"))
            .withLogStream("probe")
            .build());

    assertThat(fetch()).isEqualTo(new Found("abc"));
    assertThat(codeBuild.startedBuilds).isEmpty();
  }

  /** Such a build prints what it likes: the image is as much its own as the variables. */
  @Test
  void ignoresProbesThatOthersStarted() {
    logs.streams.put("forged", List.of(outputLines(OWN_PROBE)));
    probes.add(
        build("SUCCEEDED", OWN_PROBE).withInitiator("mallory").withLogStream("forged").build());

    assertThat(fetch()).isInstanceOf(Pending.class);
    assertOwnProbeStarted();
  }

  private void assertOwnProbeStarted() {
    assertThat(codeBuild.startedBuilds)
        .singleElement()
        .satisfies(request -> {
          assertThat(request.buildspecOverride()).isEqualTo(OWN_PROBE.buildspec());
          assertThat(FakeCodeBuildClient.variables(request))
              .isEqualTo(OWN_PROBE.environmentVariables());
        });
  }

  private static String[] outputLines(ProbeBuild probe) {
    var marker = probe.output().marker();
    return new String[] {marker + " begins 3", "YWJj", marker + " ends"};
  }

  private FetchResult fetch() {
    var failed =
        SampleBuild.failed()
            .withId(OWN_PROBE.failedBuildId())
            .withSource(SampleBuild.source("GITHUB", url, null), commit)
            .build();
    return fetcher.fetch(
        PATH,
        new RetryContext(
            failed,
            SampleBuild.project(),
            new BuildHistory(probes, true, TestFixtures.RETRY_ROLE),
            false,
            List.of(),
            Instant.EPOCH));
  }

  private String reason() {
    assertThat(fetch()).isInstanceOf(Unavailable.class);
    return ((Unavailable) fetch()).reason();
  }

  private void add(ProbeBuild probe, String status, String... log) {
    var stream = "stream" + logs.streams.size();
    logs.streams.put(stream, List.of(log));
    probes.addFirst(build(status, probe).withLogStream(stream).build());
  }

  private SampleBuild build(String status, ProbeBuild probe) {
    return SampleBuild.failed()
        .withId("shop:probe-" + (probes.size() + 1))
        .withStatus(status)
        .withPhases(phase(status))
        .startedByPullRescue()
        .withVariables(probe.environmentVariables())
        .withSource(SampleBuild.source("GITHUB", url, probe.buildspec()), commit);
  }

  private static BuildPhase phase(String status) {
    return SampleBuild.failedPhase("DOWNLOAD_SOURCE", "CLIENT_ERROR: no access").toBuilder()
        .phaseStatus(status)
        .build();
  }
}
