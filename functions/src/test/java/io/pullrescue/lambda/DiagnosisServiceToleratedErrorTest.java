package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.Mode;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.event.publish.RescueEvent.Diagnosed;
import io.pullrescue.testing.FakeRetryQueue;
import io.pullrescue.testing.FakeSqs;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.testing.TestFixtures;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildPhase;

/** A pull that failed, and a build that went on and failed of something else. */
final class DiagnosisServiceToleratedErrorTest {
  /** The build of the event {@code build-failed-tests.json}. */
  private static final String BUILD = "shop:c4e8a2b6-1f3d-4a57-9b80-6d2f5e7c8a91";

  private static final String RATE_LIMIT_ERROR =
      "Error response from daemon: toomanyrequests: You have reached your unauthenticated pull rate"
          + " limit. https://www.docker.com/increase-rate-limit";

  private final FakeSqs sqs = new FakeSqs();
  private final TestFixtures.RecordingEventPublisher publisher =
      new TestFixtures.RecordingEventPublisher();

  @Test
  void replicatesOnlyWhenShellToleratesPullError() {
    var build = build(SampleBuild.failedPhase("BUILD", "COMMAND_EXECUTION_ERROR: exit status 2"));

    diagnose(
        build,
        "[Container] 2026/06/15 10:31:02.000001 Entering phase BUILD",
        "[Container] 2026/06/15 10:31:02.000002 Running command docker pull ruby:2.7 || true",
        "2.7: Pulling from library/ruby",
        RATE_LIMIT_ERROR,
        "[Container] 2026/06/15 10:31:03.000001 Running command make test",
        "make: *** [Makefile:12: test] Error 1",
        "[Container] 2026/06/15 10:31:09.000001 Command did not exit successfully make test exit"
            + " status 2",
        "[Container] 2026/06/15 10:31:09.000002 Phase complete: BUILD State: FAILED");

    assertReportedReplicatedAndNotRetried();
  }

  @Test
  void replicatesOnlyWhenPhaseToleratesPullError() {
    var build =
        build(
            SampleBuild.failedPhase("PRE_BUILD", "COMMAND_EXECUTION_ERROR: exit status 1"),
            SampleBuild.failedPhase("BUILD", "COMMAND_EXECUTION_ERROR: exit status 2"));

    diagnose(
        build,
        "[Container] 2026/06/15 10:31:02.000001 Entering phase PRE_BUILD",
        "[Container] 2026/06/15 10:31:02.000002 Running command docker pull ruby:2.7",
        "2.7: Pulling from library/ruby",
        RATE_LIMIT_ERROR,
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

    assertReportedReplicatedAndNotRetried();
  }

  private void assertReportedReplicatedAndNotRetried() {
    assertThat(publisher.lastEvent())
        .isInstanceOfSatisfying(
            Diagnosed.class,
            diagnosed -> assertThat(diagnosed.diagnosis().causedFailure()).isFalse());
    assertThat(sqs.requests())
        .singleElement()
        .satisfies(replicationRequest ->
            assertThat(replicationRequest.image()).isEqualTo(TestFixtures.RUBY));
    var retries = new FakeRetryQueue();
    new RetryRequester(Mode.RESCUE, RetryConfig.DEFAULTS, retries.sender())
        .requestRetry(sqs.requests().getFirst());
    assertThat(retries.messages).isEmpty();
  }

  private void diagnose(Build build, String... log) {
    DiagnosisFixture.diagnose(
        build, List.of(log), "codebuild/build-failed-tests.json", sqs, publisher);
  }

  private static Build build(BuildPhase... phases) {
    return SampleBuild.from(TestFixtures.failedBuild()).withId(BUILD).withPhases(phases).build();
  }
}
