package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.diagnosis.Advice.Remedy;
import io.pullrescue.diagnosis.Cause;
import io.pullrescue.diagnosis.Circumstances;
import io.pullrescue.failure.Build;
import io.pullrescue.failure.BuildReader;
import io.pullrescue.failure.FailureReader;
import io.pullrescue.failure.LogText;
import io.pullrescue.failure.Origin;
import io.pullrescue.lambda.Message.Outcome;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.lambda.Message.Outcome.Later;
import io.pullrescue.lambda.Settings.Mode;
import io.pullrescue.replication.ReplicationPlan.ReportOnly;
import io.pullrescue.replication.ReplicationPlanner;
import io.pullrescue.replication.ReplicationRequest;
import io.pullrescue.report.Announcement.Diagnosed;
import io.pullrescue.report.BusEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DiagnoseWorkerTest {
  private final List<ReplicationRequest> requests = new ArrayList<>();
  private final Rescued.Ears ears = new Rescued.Ears();
  private List<String> log = Rescued.LOG;
  private Optional<Build> build = Optional.of(Rescued.failedBuild());
  private Mode mode = Mode.RESCUE;
  private @Nullable LogText unreadable;

  @Test
  void asksForACopyOfTheImageThatTheBuildFailedFor() {
    var outcome = work(1);

    assertThat(outcome)
        .asInstanceOf(type(Done.class))
        .extracting(Done::summary)
        .asString()
        .contains(Rescued.BUILD, "RATE_LIMITED of ruby:2.7", "will be copied");
    assertThat(requests)
        .containsExactly(
            new ReplicationRequest(
                    new Origin.Build(Rescued.BUILD, "shop"),
                    Rescued.RUBY,
                    List.of(Rescued.RUBY),
                    true)
                .on(Rescued.failedBuild().environment().platform()));
    assertThat(ears.last())
        .asInstanceOf(type(Diagnosed.class))
        .satisfies(it -> assertThat(it.diagnosis().cause()).isEqualTo(Cause.RATE_LIMITED));
  }

  @Test
  void aPullErrorThatTheBuildSurvivedIsReplicatedButDoesNotDecide() {
    log = new ArrayList<>(Rescued.LOG.subList(0, 4));
    log.add("[Container] 2026/06/15 10:31:03.500001 Running command make test");
    log.add("1 test failed");
    log.add(Rescued.LOG.getLast());

    work(1);

    assertThat(requests).singleElement().satisfies(it -> assertThat(it.decisive()).isFalse());
  }

  @Test
  void fillsTheRoleOfTheProjectIntoWhatHelps() {
    log = new ArrayList<>(Rescued.LOG);
    log.set(2, "Step 1/2 : FROM 210987654321.dkr.ecr.us-east-1.amazonaws.com/base:1");
    log.set(
        3,
        "pull access denied for 210987654321.dkr.ecr.us-east-1.amazonaws.com/base, repository does"
            + " not exist or may require 'docker login'");

    work(1);

    assertThat(((Diagnosed) ears.heard.getFirst()).advice().remedies())
        .extracting(Remedy::words)
        .contains("Let the role shop-builds pull.");
    assertThat(((Diagnosed) ears.heard.getFirst()).advice().remedies().getLast().text())
        .contains("set-repository-policy", "arn:aws:iam::123456789012:role/shop-builds");
  }

  @Test
  void saysWhatToSetWhereALogMayNotBeRead() {
    unreadable = new LogText.OutOfReach("deploy with -c buildLogBuckets=logs");

    assertThat(work(1))
        .asInstanceOf(type(Done.class))
        .extracting(Done::summary)
        .asString()
        .contains(Rescued.BUILD, "deploy with -c buildLogBuckets=logs");
    assertThat(ears.heard).isEmpty();
  }

  @Test
  void saysThatALogNeverCame() {
    unreadable = new LogText.Absent("no stream");

    assertThat(work(1)).isInstanceOf(Later.class);
    assertThat(work(4))
        .asInstanceOf(type(Done.class))
        .extracting(Done::summary)
        .asString()
        .contains("no failed pull", "no stream");
  }

  @Test
  void observesWithoutCopyingWhenToldSo() {
    mode = Mode.OBSERVE;

    work(1);

    assertThat(requests).isEmpty();
    assertThat(ears.last())
        .asInstanceOf(type(Diagnosed.class))
        .satisfies(it -> assertThat(it.plan()).isInstanceOf(ReportOnly.class));
  }

  @Test
  void waitsForALogThatIsStillOnItsWayAndThenTakesWhatIsThere() {
    log = Rescued.LOG.subList(0, 4);

    assertThat(work(1)).isInstanceOf(Later.class);
    assertThat(work(4)).isInstanceOf(Done.class);
    assertThat(requests).hasSize(1);
  }

  @Test
  void isSilentAboutABuildThatFailedOfSomethingElse() {
    log =
        List.of(
            Rescued.LOG.get(0),
            "[Container] 2026/06/15 10:31:03.000001 Running command mvn verify",
            "[ERROR] There are test failures.",
            Rescued.LOG.getLast());

    assertThat(work(1)).isEqualTo(new Done(Rescued.BUILD + " failed of no pull"));
    assertThat(ears.heard).isEmpty();
    assertThat(requests).isEmpty();
  }

  @Test
  void aBuildThatNoLongerExistsIsOneLineInTheLog() {
    build = Optional.empty();

    assertThat(work(1))
        .asInstanceOf(type(Done.class))
        .extracting(Done::summary)
        .asString()
        .contains("CodeBuild knows no build");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "codebuild/build-succeeded.json",
        "rescue/image-replicated.json",
        "manual/image.json"
      })
  void ignoresEventsThatAreNoFailures(String sample) {
    assertThat(worker().work(Rescued.event(sample), Rescued.context(1000)))
        .asInstanceOf(type(Done.class))
        .extracting(Done::summary)
        .asString()
        .startsWith("ignored: ");
  }

  @Test
  void saysNothingOfWhatTheBuildWasGivenAsVariables() {
    work(1);

    assertThat(BusEvent.of(ears.heard.getFirst()).detail()).doesNotContain(Rescued.SECRET);
    assertThat(ears.heard.toString() + requests + build).doesNotContain(Rescued.SECRET);
  }

  @Test
  void quotesALineInEventsMailsAndChatsWithoutThePasswordInIt() {
    log =
        Rescued.LOG.stream()
            .map(line ->
                line.replace(
                    "toomanyrequests:",
                    "https://ci:"
                        + Rescued.SECRET
                        + "@registry-1.docker.io/v2/: toomanyrequests: DOCKER_PASSWORD="
                        + Rescued.SECRET))
            .toList();

    work(1);

    assertThat(BusEvent.of(ears.heard.getFirst()).detail())
        .contains("toomanyrequests", "(hidden)")
        .doesNotContain(Rescued.SECRET);
  }

  private Outcome work(int attempt) {
    var event = Rescued.event("codebuild/build-failed-rate-limit.json");
    return worker().work(new Message("1", event.body(), attempt, null), Rescued.context(1000));
  }

  private DiagnoseWorker worker() {
    return new DiagnoseWorker(
        mode,
        new FailureReader(
            new BuildReader(
                id -> build,
                (location, span) -> unreadable == null ? new LogText.Lines(log) : unreadable),
            (cluster, task) -> Optional.empty(),
            id -> Optional.empty()),
        new ReplicationPlanner(Rescued.MIRROR),
        new Circumstances("123456789012", "us-east-1", null, Rescued.MIRROR.prefixes().keySet()),
        requests::add,
        ears);
  }
}
