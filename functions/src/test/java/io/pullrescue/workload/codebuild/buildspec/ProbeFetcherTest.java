package io.pullrescue.workload.codebuild.buildspec;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.testing.SampleBuild;
import io.pullrescue.workload.codebuild.Build;
import io.pullrescue.workload.codebuild.Build.LogLocation;
import io.pullrescue.workload.codebuild.Build.LogLocation.CloudWatchLog;
import io.pullrescue.workload.codebuild.Build.Phase;
import io.pullrescue.workload.codebuild.Build.Source;
import io.pullrescue.workload.codebuild.buildspec.BuildspecFetchResult.Pending;
import io.pullrescue.workload.codebuild.buildspec.BuildspecFetchResult.Text;
import io.pullrescue.workload.codebuild.buildspec.BuildspecFetchResult.Unreadable;
import io.pullrescue.workload.codebuild.log.LogResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ProbeFetcherTest {
  private static final String PATH = "buildspec.yml";
  private static final String COMMIT = "6f1c0a6d".repeat(5);
  private static final Source SOURCE =
      new Source("GITHUB", "https://github.com/shop/shop.git", null);
  private static final ProbeBuild OWN_PROBE = new ProbeBuild("shop:failed", PATH);
  private static final ProbeBuild OTHER_PROBE = new ProbeBuild("shop:earlier", PATH);

  private final FakeProbeStarter probeStarter = new FakeProbeStarter();
  private final ProbeFetcher fetcher =
      new ProbeFetcher(
          probeStarter,
          (log, timeRange) -> new LogResult.Lines(probeStarter.logs.getOrDefault(log, List.of())));

  @Test
  void startsProbeAndReadsItWhenItHasEnded() {
    assertThat(fetch()).isInstanceOf(Pending.class);
    assertThat(probeStarter.started).containsExactly(OWN_PROBE);

    probeStarter.add(OWN_PROBE, "IN_PROGRESS");
    assertThat(fetch()).isEqualTo(new Pending("probe shop:probe-1 has not ended"));

    probeStarter.add(OWN_PROBE, "SUCCEEDED", OWN_PROBE.output().marker() + " begins 3");
    assertThat(fetch()).isEqualTo(new Pending("the log of probe shop:probe-2 is not complete"));

    probeStarter.add(OWN_PROBE, "SUCCEEDED", outputLines(OWN_PROBE));
    assertThat(fetch()).isEqualTo(new Text("abc"));
    assertThat(probeStarter.started).hasSize(1);
  }

  @Test
  void reportsWhyProbeFailed() {
    probeStarter.add(OWN_PROBE, "FAILED");

    assertThat(reason())
        .isEqualTo(
            "probe shop:probe-1, which was to read buildspec.yml, is FAILED in DOWNLOAD_SOURCE"
                + " CLIENT_ERROR: no access");
    assertThat(probeStarter.started).isEmpty();
  }

  @Test
  void reportsMissingFileAndMissingLog() {
    probeStarter.add(OWN_PROBE, "SUCCEEDED", OWN_PROBE.output().marker() + " finds no file");
    assertThat(reason()).isEqualTo("its source has no file buildspec.yml");

    probeStarter.add(
        OWN_PROBE,
        "SUCCEEDED",
        OWN_PROBE.output().marker() + " begins 1",
        OWN_PROBE.output().marker() + " ends");
    assertThat(reason()).contains("does not hold it as it was printed");

    probeStarter.probes.addFirst(
        probeStarter.build(
            "SUCCEEDED", OWN_PROBE.buildspec(), OWN_PROBE.failedBuildId(), COMMIT, null));
    assertThat(reason()).contains("keeps no log");
  }

  @Test
  void reusesProbeOfSameCommit() {
    probeStarter.add(OTHER_PROBE, "SUCCEEDED", outputLines(OTHER_PROBE));

    assertThat(fetch()).isEqualTo(new Text("abc"));
    assertThat(probeStarter.started).isEmpty();
  }

  @Test
  void waitsForRunningProbeOfSameCommit() {
    probeStarter.add(OTHER_PROBE, "IN_PROGRESS");

    assertThat(fetch()).isInstanceOf(Pending.class);
    assertThat(probeStarter.started).isEmpty();
  }

  @Test
  void startsOwnProbeWhenOthersDoNotApply() {
    probeStarter.add(OTHER_PROBE, "FAILED");
    probeStarter.add(
        new ProbeBuild("shop:earlier", "other.yml"), "SUCCEEDED", outputLines(OTHER_PROBE));
    probeStarter.commit = "0".repeat(40);
    probeStarter.add(OTHER_PROBE, "SUCCEEDED", outputLines(OTHER_PROBE));
    probeStarter.source = new Source("GITHUB", "https://github.com/fork/shop.git", null);
    probeStarter.commit = COMMIT;
    probeStarter.add(OTHER_PROBE, "SUCCEEDED", outputLines(OTHER_PROBE));

    assertThat(fetch()).isInstanceOf(Pending.class);
    assertThat(probeStarter.started).containsExactly(OWN_PROBE);
  }

  @Test
  void doesNotReuseProbeOfBranch() {
    probeStarter.commit = "main";
    probeStarter.add(OTHER_PROBE, "SUCCEEDED", outputLines(OTHER_PROBE));

    assertThat(fetcher.fetch(failedBuild("main"), PATH)).isInstanceOf(Pending.class);
    assertThat(probeStarter.started).containsExactly(OWN_PROBE);
  }

  @Test
  void ignoresForgedProbes() {
    var forged =
        probeStarter.build(
            "SUCCEEDED",
            "version: 0.2",
            OWN_PROBE.failedBuildId(),
            COMMIT,
            new CloudWatchLog("g", "forged"));
    probeStarter.logs.put(new CloudWatchLog("g", "forged"), List.of(outputLines(OWN_PROBE)));
    probeStarter.probes.add(forged);

    assertThat(fetch()).isInstanceOf(Pending.class);
    assertThat(probeStarter.started).containsExactly(OWN_PROBE);
  }

  private static String[] outputLines(ProbeBuild probe) {
    var marker = probe.output().marker();
    return new String[] {marker + " begins 3", "YWJj", marker + " ends"};
  }

  private BuildspecFetchResult fetch() {
    return fetcher.fetch(failedBuild(COMMIT), PATH);
  }

  private Build failedBuild(String commit) {
    return new FakeProbeStarter().build("FAILED", "", OWN_PROBE.failedBuildId(), commit, null);
  }

  private String reason() {
    assertThat(fetch()).isInstanceOf(Unreadable.class);
    return ((Unreadable) fetch()).reason();
  }

  /** The probes of one project, newest first, and their logs. */
  private static final class FakeProbeStarter implements ProbeStarterPort {
    private final List<Build> probes = new ArrayList<>();
    private final List<ProbeBuild> started = new ArrayList<>();
    private final Map<LogLocation, List<String>> logs = new HashMap<>();
    private String commit = COMMIT;
    private Source source = SOURCE;

    @Override
    public List<Build> findRecent(String project) {
      return List.copyOf(probes);
    }

    @Override
    public String start(Build build, ProbeBuild probe) {
      started.add(probe);
      return "shop:started";
    }

    void add(ProbeBuild probe, String status, String... log) {
      var location = new CloudWatchLog("group", "stream" + logs.size());
      logs.put(location, List.of(log));
      probes.addFirst(build(status, probe.buildspec(), probe.failedBuildId(), commit, location));
    }

    Build build(
        String status,
        String buildspec,
        String failedBuildId,
        String commit,
        @Nullable LogLocation log) {
      return SampleBuild.failed()
          .withId(buildspec.isEmpty() ? failedBuildId : "shop:probe-" + (probes.size() + 1))
          .withStatus(status)
          .withPhases(new Phase("DOWNLOAD_SOURCE", status, "CLIENT_ERROR: no access", null, null))
          .withVariables(Map.of(Build.PROBE_VARIABLE, failedBuildId))
          .withSource(new Source(source.type(), source.location(), buildspec), commit)
          .withLog(log)
          .build();
    }
  }
}
