package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.diagnosis.Circumstances;
import io.pullrescue.event.EventParser;
import io.pullrescue.event.IncomingEvent;
import io.pullrescue.failure.Build;
import io.pullrescue.failure.Build.Phase;
import io.pullrescue.failure.BuildReader;
import io.pullrescue.failure.FailureReader;
import io.pullrescue.failure.LogText;
import io.pullrescue.failure.SampleBuild;
import io.pullrescue.lambda.Settings.Mode;
import io.pullrescue.replication.Replication.Replicated;
import io.pullrescue.replication.ReplicationPlanner;
import io.pullrescue.replication.ReplicationRequest;
import io.pullrescue.replication.Tally;
import io.pullrescue.report.Announcement;
import io.pullrescue.report.Announcement.Diagnosed;
import io.pullrescue.report.BusEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A pull that failed, and a build that went on and failed of something else. */
final class IgnoredPullErrorTest {
  private static final String LIMIT =
      "Error response from daemon: toomanyrequests: You have reached your unauthenticated pull rate"
          + " limit. https://www.docker.com/increase-rate-limit";

  private final List<ReplicationRequest> requests = new ArrayList<>();
  private final Rescued.Ears ears = new Rescued.Ears();

  @Test
  void aPullThatTheShellForgaveIsCopiedAndNotRetried() {
    var build =
        build(new Phase("BUILD", "FAILED", "COMMAND_EXECUTION_ERROR: exit status 2", null, null));

    diagnose(
        build,
        "[Container] 2026/06/15 10:31:02.000001 Entering phase BUILD",
        "[Container] 2026/06/15 10:31:02.000002 Running command docker pull ruby:2.7 || true",
        "2.7: Pulling from library/ruby",
        LIMIT,
        "[Container] 2026/06/15 10:31:03.000001 Running command make test",
        "make: *** [Makefile:12: test] Error 1",
        "[Container] 2026/06/15 10:31:09.000001 Command did not exit successfully make test exit"
            + " status 2",
        "[Container] 2026/06/15 10:31:09.000002 Phase complete: BUILD State: FAILED");

    assertReportedCopiedAndNotRetried();
  }

  @Test
  void aPullThatThePhaseForgaveIsCopiedAndNotRetried() {
    var build =
        build(
            new Phase("PRE_BUILD", "FAILED", "COMMAND_EXECUTION_ERROR: exit status 1", null, null),
            new Phase("BUILD", "FAILED", "COMMAND_EXECUTION_ERROR: exit status 2", null, null));

    diagnose(
        build,
        "[Container] 2026/06/15 10:31:02.000001 Entering phase PRE_BUILD",
        "[Container] 2026/06/15 10:31:02.000002 Running command docker pull ruby:2.7",
        "2.7: Pulling from library/ruby",
        LIMIT,
        "[Container] 2026/06/15 10:31:03.000001 Command did not exit successfully docker pull"
            + " ruby:2.7 exit status 1",
        "[Container] 2026/06/15 10:31:03.000002 Phase complete: PRE_BUILD State: FAILED",
        "[Container] 2026/06/15 10:31:03.000003 Phase context status code:"
            + " COMMAND_EXECUTION_ERROR Message: Error while executing command: docker pull"
            + " ruby:2.7. Reason: exit status 1",
        "[Container] 2026/06/15 10:31:03.000004 Entering phase BUILD",
        "[Container] 2026/06/15 10:31:03.000005 Running command make test",
        "make: *** [Makefile:12: test] Error 1",
        "[Container] 2026/06/15 10:31:09.000002 Phase complete: BUILD State: FAILED");

    assertReportedCopiedAndNotRetried();
  }

  private void assertReportedCopiedAndNotRetried() {
    assertThat(ears.last())
        .isInstanceOfSatisfying(
            Diagnosed.class, it -> assertThat(it.diagnosis().decisive()).isFalse());
    assertThat(requests)
        .singleElement()
        .satisfies(it -> assertThat(it.image()).isEqualTo(Rescued.RUBY));
    assertThat(new EventParser().parse(Rescued.onTheBus(replicated()).body()))
        .isEqualTo(new IncomingEvent.Ignored("an image was replicated, and no work waits for it"));
  }

  private BusEvent replicated() {
    var copy = Rescued.copy(Rescued.RUBY).copy();
    var tally = Tally.nothing(Duration.ofMillis(20));
    return BusEvent.of(
        new Announcement.Replicated(
            requests.getFirst(),
            new Replicated(Rescued.RUBY, copy, Rescued.RUBY, tally, List.of())));
  }

  private void diagnose(Build build, String... log) {
    var reader =
        new FailureReader(
            new BuildReader(
                id -> Optional.of(build), (where, span) -> new LogText.Lines(List.of(log))),
            (cluster, task) -> Optional.empty(),
            id -> Optional.empty());
    var known = new Circumstances(null, null, null, Rescued.MIRROR.prefixes().keySet());
    new DiagnoseWorker(
            Mode.RESCUE, reader, new ReplicationPlanner(Rescued.MIRROR), known, requests::add, ears)
        .work(Rescued.event("codebuild/build-failed-tests.json"), Rescued.context(1000));
  }

  private static Build build(Phase... phases) {
    return SampleBuild.like(Rescued.failedBuild()).withPhases(phases).build();
  }
}
