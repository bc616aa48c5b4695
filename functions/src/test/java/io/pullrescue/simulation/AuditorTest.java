package io.pullrescue.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.Mode;
import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.simulation.Scenario.Settings;
import io.pullrescue.simulation.Violation.Promise;
import io.pullrescue.simulation.aws.SimulatedSqs;
import io.pullrescue.simulation.engine.Fact;
import io.pullrescue.simulation.engine.Fact.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Checks that the auditor accepts a good history, and rejects one bad history for each promise. */
final class AuditorTest {
  private static final String BUILD = "shop:1";
  private static final String AGAIN = "shop:2";
  private static final String DIGEST = "sha256:" + "0".repeat(64);
  private static final String IMAGE = "mirror.example/docker-hub/library/ruby@" + DIGEST;
  private static final long MINUTE = 60_000;

  private Settings settings = Settings.ALL;

  @Test
  void acceptsRescue() {
    assertThat(violations(rescue())).isEmpty();
  }

  @Test
  void rejectsTwoRetriesOfOneFailure() {
    assertBroken(Promise.RETRIED_ONCE, retry("shop:3", BUILD, 6));
  }

  @Test
  void rejectsChainThatIsTooLong() {
    settings = settings(Mode.RESCUE, 1, 20);
    var history = new ArrayList<>(rescue());
    history.remove(history.size() - 2);
    history.add(pullFailed(AGAIN, 8));
    history.add(retry("shop:3", AGAIN, 9));
    history.add(published("Workload Retried", AGAIN, "shop:3", 9));

    assertThat(violations(history)).contains(Promise.MAX_RETRIES);
  }

  @Test
  void rejectsRetryOfWhatSucceeded() {
    assertBroken(Promise.NOTHING_RUNS_TWICE, retry("shop:3", AGAIN, 60));
  }

  @Test
  void rejectsRetryOfWhatStillRuns() {
    assertBroken(Promise.NOTHING_RUNS_TWICE, started("shop:7", 1), retry("shop:8", "shop:7", 2));
  }

  @Test
  void rejectsRetryOfTaskThatRan() {
    assertBroken(
        Promise.NOTHING_RUNS_TWICE,
        new Fact.Ended(MINUTE, "task", Kind.TASK, "web", false, true, true, false),
        new Fact.Started(
            2 * MINUTE, "again", Kind.TASK, "retry", "web", "web", "task", List.of(), "role"));
  }

  @Test
  void rejectsImageThatIsNotInMirror() {
    var history = new ArrayList<>(rescue());
    history.removeIf(fact -> fact instanceof Fact.Stored);

    assertThat(violations(history)).contains(Promise.IMAGE_IS_MIRRORED, Promise.TAG_IS_VERIFIED);
  }

  @Test
  void rejectsDefinitionWithImageThatIsNotInMirror() {
    assertBroken(
        Promise.IMAGE_IS_MIRRORED,
        new Fact.Registered(MINUTE, "retry", "web:2", List.of(IMAGE.replace('0', '1'))));
  }

  @Test
  void rejectsFailureWithoutOutcome() {
    assertBroken(
        Promise.ENDS_IN_REPORT,
        started("shop:5", 100),
        pullFailed("shop:5", 101),
        new Fact.Noticed(101 * MINUTE, "shop:5"));
  }

  @Test
  void rejectsMessageThatWaitsForEver() {
    assertBroken(Promise.NOTHING_WAITS, new Fact.Left(MINUTE, "retries.fifo", "m9", BUILD));
    assertBroken(Promise.NOTHING_WAITS, new Fact.Expired(MINUTE, "retries.fifo", "m9", BUILD));
    assertBroken(
        Promise.NOTHING_WAITS,
        new Fact.DeadLettered(MINUTE, "retries.fifo", "m9", BUILD, SimulatedSqs.RECURSIVE_LOOP));
  }

  @Test
  void rejectsSilentRetry() {
    var history = new ArrayList<>(rescue());
    history.removeIf(
        fact -> fact instanceof Fact.Published event && event.type().equals("Workload Retried"));

    assertThat(violations(history)).contains(Promise.RETRY_IS_PUBLISHED);
  }

  @Test
  void rejectsReportThatIsNotTrue() {
    assertBroken(Promise.REPORT_IS_TRUE, published("Workload Retried", "shop:9", "shop:10", 9));
    assertBroken(Promise.REPORT_IS_TRUE, published("Workload Recovered", BUILD, "shop:9", 9));
  }

  @Test
  void rejectsMoreRetriesThanAnHourAllows() {
    settings = settings(Mode.RESCUE, 3, 1);

    assertBroken(
        Promise.HOURLY_LIMIT,
        started("shop:5", 6),
        pullFailed("shop:5", 7),
        retry("shop:6", "shop:5", 8));
  }

  @Test
  void rejectsMoreRequestsThanBudget() {
    assertBroken(Promise.REQUEST_BUDGET, new Fact.Pulled(MINUTE, BUILD, "ruby", 41));
  }

  @Test
  void rejectsProjectThatIsNotRestored() {
    assertBroken(
        Promise.PROJECT_RESTORED,
        new Fact.ProjectChanged(2 * MINUTE, "person", "shop", "ruby", "make", false),
        new Fact.ProjectChanged(3 * MINUTE, "retry", "shop", IMAGE, "make", true));
  }

  @Test
  void rejectsChangeOverPerson() {
    assertBroken(
        Promise.PERSON_WINS,
        new Fact.ProjectChanged(MINUTE, "person", "shop", "ruby", "make", false),
        new Fact.ProjectChanged(2 * MINUTE, "person", "shop", "node", "make", false),
        new Fact.ProjectChanged(3 * MINUTE, "retry", "shop", "ruby", "make", false));
  }

  @Test
  void rejectsTagWithoutBlobs() {
    assertBroken(Promise.TAG_IS_VERIFIED, tagged("3", DIGEST.replace('0', '1')));
  }

  @Test
  void rejectsTagThatMoves() {
    var other = DIGEST.replace('0', '1');

    assertBroken(
        Promise.TAG_STAYS,
        new Fact.Stored(MINUTE, "docker-hub/library/ruby", other),
        tagged("2.7", other));
  }

  @Test
  void rejectsCallsWithoutPermission() {
    assertBroken(Promise.PERMISSIONS, new Fact.Called(MINUTE, "replicate", "StartBuild"));
  }

  @Test
  void rejectsRetryAfterDays() {
    assertBroken(
        Promise.AGE,
        started("shop:5", 6),
        pullFailed("shop:5", 7),
        retry("shop:6", "shop:5", 3 * 24 * 60));
  }

  @Test
  void rejectsRetryOverNewerBuild() {
    assertBroken(
        Promise.NEWEST_WINS,
        started("shop:5", 10),
        pullFailed("shop:5", 11),
        started("shop:6", 12),
        ended("shop:6", 14),
        retry("shop:7", "shop:5", 20));
  }

  @Test
  void rejectsUpdateOfServiceThatPersonUpdated() {
    assertBroken(
        Promise.NEWEST_WINS,
        new Fact.Started(MINUTE, "task", Kind.TASK, "aws", "web", "web:1", "", List.of(), "role"),
        new Fact.Ended(2 * MINUTE, "task", Kind.TASK, "web", false, true, false, false),
        new Fact.Started(
            3 * MINUTE,
            "web web:3",
            Kind.SERVICE,
            "retry",
            "web",
            "web:2",
            "task",
            List.of(),
            "role"));
  }

  @Test
  void rejectsRetryOfWhatOptedOut() {
    assertBroken(
        Promise.OPT_OUT,
        started("shop:5", 6),
        new Fact.Ended(7 * MINUTE, "shop:5", Kind.BUILD, "shop", false, true, true, true),
        retry("shop:6", "shop:5", 8));
  }

  @Test
  void rejectsRetryThatSettingsDoNotSelect() {
    settings = settings(Mode.OBSERVE, 3, 20);

    assertThat(violations(rescue())).contains(Promise.OPT_OUT);
  }

  @Test
  void rejectsOtherRole() {
    var retry = retry("shop:6", "shop:5", 8);
    assertBroken(
        Promise.ROLE,
        started("shop:5", 6),
        pullFailed("shop:5", 7),
        new Fact.Started(
            retry.time(),
            retry.id(),
            Kind.BUILD,
            "retry",
            "shop",
            "shop@main",
            "shop:5",
            List.of(),
            "administrator"));
  }

  /** A build fails, its image is mirrored, and its retry succeeds. */
  private static List<Fact> rescue() {
    return List.of(
        started(BUILD, 1),
        pullFailed(BUILD, 2),
        new Fact.Noticed(2 * MINUTE, BUILD),
        published("Pull Failure Diagnosed", BUILD, "mirror 1 image", 2),
        new Fact.Stored(3 * MINUTE, "docker-hub/library/ruby", DIGEST),
        tagged("2.7", DIGEST),
        retry(AGAIN, BUILD, 4),
        published("Workload Retried", BUILD, AGAIN, 4),
        ended(AGAIN, 8),
        published("Workload Recovered", BUILD, AGAIN, 9));
  }

  private static Settings settings(Mode mode, int maxRetries, int maxRetriesPerHour) {
    return new Settings(
        mode,
        maxRetries,
        maxRetriesPerHour,
        40,
        ProjectUpdateMode.OFF,
        WorkloadRetryMode.ALL,
        WorkloadRetryMode.ALL);
  }

  private void assertBroken(Promise promise, Fact... facts) {
    var history = new ArrayList<>(rescue());
    history.addAll(List.of(facts));

    assertThat(violations(history)).contains(promise);
  }

  private List<Promise> violations(List<Fact> history) {
    return new Auditor(settings, history).audit().stream().map(Violation::promise).toList();
  }

  private static Fact.Started started(String id, int minute) {
    return new Fact.Started(
        minute * MINUTE, id, Kind.BUILD, "person", "shop", "shop@main", "", List.of(), "role");
  }

  private static Fact.Started retry(String id, String failure, int minute) {
    return new Fact.Started(
        minute * MINUTE,
        id,
        Kind.BUILD,
        "retry",
        "shop",
        "shop@main",
        failure,
        List.of(IMAGE),
        "role");
  }

  private static Fact.Ended pullFailed(String id, int minute) {
    return new Fact.Ended(minute * MINUTE, id, Kind.BUILD, "shop", false, true, true, false);
  }

  private static Fact.Ended ended(String id, int minute) {
    return new Fact.Ended(minute * MINUTE, id, Kind.BUILD, "shop", true, false, true, false);
  }

  private static Fact.Published published(String type, String subject, String text, int minute) {
    return new Fact.Published(minute * MINUTE, type, subject, text);
  }

  private static Fact.Tagged tagged(String tag, String digest) {
    return new Fact.Tagged(3 * MINUTE, "docker-hub/library/ruby", tag, digest, digest, BUILD);
  }
}
