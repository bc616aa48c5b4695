package io.pullrescue.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.failure.Build;
import io.pullrescue.failure.Build.LogLocation;
import io.pullrescue.failure.Build.LogLocation.InCloudWatch;
import io.pullrescue.failure.Build.Phase;
import io.pullrescue.failure.Build.Source;
import io.pullrescue.failure.LogText;
import io.pullrescue.failure.SampleBuild;
import io.pullrescue.retry.BuildspecReading.Pending;
import io.pullrescue.retry.BuildspecReading.Text;
import io.pullrescue.retry.BuildspecReading.Unreadable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ProbeReaderTest {
  private static final String PATH = "buildspec.yml";
  private static final String COMMIT = "6f1c0a6d".repeat(5);
  private static final Source SOURCE =
      new Source("GITHUB", "https://github.com/shop/shop.git", null);
  private static final Probe OWN = new Probe("shop:failed", PATH);
  private static final Probe OTHER = new Probe("shop:earlier", PATH);

  private final Account account = new Account();
  private final ProbeReader reader =
      new ProbeReader(
          account, (log, span) -> new LogText.Lines(account.logs.getOrDefault(log, List.of())));

  @Test
  void startsAProbeAndReadsItOnceItHasEnded() {
    assertThat(read()).isInstanceOf(Pending.class);
    assertThat(account.started).containsExactly(OWN);

    account.add(OWN, "IN_PROGRESS");
    assertThat(read()).isEqualTo(new Pending("probe shop:probe-1 has not ended"));

    account.add(OWN, "SUCCEEDED", OWN.printout().mark() + " begins 3");
    assertThat(read()).isEqualTo(new Pending("the log of probe shop:probe-2 is not complete"));

    account.add(OWN, "SUCCEEDED", printed(OWN));
    assertThat(read()).isEqualTo(new Text("abc"));
    assertThat(account.started).hasSize(1);
  }

  @Test
  void tellsWhyAProbeFailed() {
    account.add(OWN, "FAILED");

    assertThat(why())
        .isEqualTo(
            "probe shop:probe-1, which was to read buildspec.yml, is FAILED in DOWNLOAD_SOURCE"
                + " CLIENT_ERROR: no access");
    assertThat(account.started).isEmpty();
  }

  @Test
  void tellsThatTheSourceHasNoSuchFileAndThatALogIsMissing() {
    account.add(OWN, "SUCCEEDED", OWN.printout().mark() + " finds no file");
    assertThat(why()).isEqualTo("its source has no file buildspec.yml");

    account.add(
        OWN, "SUCCEEDED", OWN.printout().mark() + " begins 1", OWN.printout().mark() + " ends");
    assertThat(why()).contains("does not hold it as it was printed");

    account.probes.addFirst(
        account.build("SUCCEEDED", OWN.buildspec(), OWN.origin(), COMMIT, null));
    assertThat(why()).contains("keeps no log");
  }

  @Test
  void takesWhatAnotherProbeReadOfTheSameCommit() {
    account.add(OTHER, "SUCCEEDED", printed(OTHER));

    assertThat(read()).isEqualTo(new Text("abc"));
    assertThat(account.started).isEmpty();
  }

  @Test
  void waitsForAnotherProbeOfTheSameCommit() {
    account.add(OTHER, "IN_PROGRESS");

    assertThat(read()).isInstanceOf(Pending.class);
    assertThat(account.started).isEmpty();
  }

  @Test
  void looksItselfWhereOthersFailedOrLookedElsewhere() {
    account.add(OTHER, "FAILED");
    account.add(new Probe("shop:earlier", "other.yml"), "SUCCEEDED", printed(OTHER));
    account.commit = "0".repeat(40);
    account.add(OTHER, "SUCCEEDED", printed(OTHER));
    account.source = new Source("GITHUB", "https://github.com/fork/shop.git", null);
    account.commit = COMMIT;
    account.add(OTHER, "SUCCEEDED", printed(OTHER));

    assertThat(read()).isInstanceOf(Pending.class);
    assertThat(account.started).containsExactly(OWN);
  }

  @Test
  void aBranchIsNoVersionThatOthersMayHaveRead() {
    account.commit = "main";
    account.add(OTHER, "SUCCEEDED", printed(OTHER));

    assertThat(reader.read(failed("main"), PATH)).isInstanceOf(Pending.class);
    assertThat(account.started).containsExactly(OWN);
  }

  @Test
  void aBuildThatRunsOtherCommandsIsNoProbeWhateverItsVariablesSay() {
    var forged =
        account.build(
            "SUCCEEDED", "version: 0.2", OWN.origin(), COMMIT, new InCloudWatch("g", "forged"));
    account.logs.put(new InCloudWatch("g", "forged"), List.of(printed(OWN)));
    account.probes.add(forged);

    assertThat(read()).isInstanceOf(Pending.class);
    assertThat(account.started).containsExactly(OWN);
  }

  private static String[] printed(Probe probe) {
    var mark = probe.printout().mark();
    return new String[] {mark + " begins 3", "YWJj", mark + " ends"};
  }

  private BuildspecReading read() {
    return reader.read(failed(COMMIT), PATH);
  }

  private Build failed(String commit) {
    return new Account().build("FAILED", "", OWN.origin(), commit, null);
  }

  private String why() {
    assertThat(read()).isInstanceOf(Unreadable.class);
    return ((Unreadable) read()).why();
  }

  /** The probes of one project, newest first, and their logs. */
  private static final class Account implements Probes {
    private final List<Build> probes = new ArrayList<>();
    private final List<Probe> started = new ArrayList<>();
    private final Map<LogLocation, List<String>> logs = new HashMap<>();
    private String commit = COMMIT;
    private Source source = SOURCE;

    @Override
    public List<Build> of(String project) {
      return List.copyOf(probes);
    }

    @Override
    public String start(Build build, Probe probe) {
      started.add(probe);
      return "shop:started";
    }

    void add(Probe probe, String status, String... log) {
      var location = new InCloudWatch("group", "stream" + logs.size());
      logs.put(location, List.of(log));
      probes.addFirst(build(status, probe.buildspec(), probe.origin(), commit, location));
    }

    Build build(
        String status, String buildspec, String origin, String commit, @Nullable LogLocation log) {
      return SampleBuild.failed()
          .withId(buildspec.isEmpty() ? origin : "shop:probe-" + (probes.size() + 1))
          .withStatus(status)
          .withPhases(new Phase("DOWNLOAD_SOURCE", status, "CLIENT_ERROR: no access", null, null))
          .withVariables(Map.of(Build.PROBE, origin))
          .withSource(new Source(source.type(), source.location(), buildspec), commit)
          .withLog(log)
          .build();
    }
  }
}
