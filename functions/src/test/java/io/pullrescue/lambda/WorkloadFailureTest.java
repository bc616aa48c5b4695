package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.diagnosis.Advice.Remedy;
import io.pullrescue.diagnosis.Cause;
import io.pullrescue.diagnosis.Circumstances;
import io.pullrescue.event.EventParser;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.failure.BuildReader;
import io.pullrescue.failure.FailureReader;
import io.pullrescue.failure.LogText;
import io.pullrescue.failure.Origin;
import io.pullrescue.image.ImageReference;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.lambda.Settings.Mode;
import io.pullrescue.replication.Replication.Replicated;
import io.pullrescue.replication.ReplicationPlanner;
import io.pullrescue.replication.ReplicationRequest;
import io.pullrescue.replication.RequestMessage;
import io.pullrescue.replication.Tally;
import io.pullrescue.report.Announcement;
import io.pullrescue.report.Announcement.Diagnosed;
import io.pullrescue.report.BusEvent;
import io.pullrescue.report.Sentence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From the event of a task or a job to the request for a copy. */
final class WorkloadFailureTest {
  private final List<ReplicationRequest> requests = new ArrayList<>();
  private final Rescued.Ears ears = new Rescued.Ears();

  @ParameterizedTest
  @CsvSource({
    "ecs/fargate-rate-limit,       RATE_LIMITED,    ruby:2.7",
    "ecs/fargate-cut-message,      UPSTREAM_ERROR,  amazon/aws-xray-daemon:3.3.7",
    "ecs/fargate-mirror-not-found, IMAGE_NOT_FOUND, ruby:2.7",
    "ecs/ec2-rate-limit,           RATE_LIMITED,    python:3.12-slim",
    "batch/rate-limit,             RATE_LIMITED,    python:3.12-slim"
  })
  void asksForTheImageOfTheContainerThatFailed(String sample, Cause cause, String image) {
    work(sample);

    assertThat(diagnosed()).extracting(it -> it.diagnosis().cause()).containsExactly(cause);
    assertThat(requests)
        .singleElement()
        .satisfies(it -> {
          assertThat(it.image()).isEqualTo(ImageReference.of(image));
          assertThat(it.images()).isEqualTo(diagnosed().getFirst().diagnosis().images());
        });
  }

  @Test
  void aReferenceToTheMirrorIsFilledAndNotRewritten() {
    work("ecs/fargate-mirror-not-found");

    var meant = diagnosed().getFirst().diagnosis().images().getFirst();
    assertThat(meant.registry()).isEqualTo(Rescued.MIRROR.registry());
    assertThat(Rescued.MIRROR.copyOf(requests.getFirst().image())).contains(meant);
  }

  @Test
  void containersThatFailedOfDifferentThingsAreToldApart() {
    var outcome = work("ecs/ec2-several-containers");

    assertThat(diagnosed())
        .extracting(it -> it.diagnosis().cause())
        .containsExactly(Cause.RATE_LIMITED, Cause.IMAGE_NOT_FOUND);
    assertThat(requests)
        .extracting(ReplicationRequest::image)
        .containsExactly(ImageReference.of("nginx:1.27"));
    assertThat(outcome.summary())
        .contains("RATE_LIMITED of nginx:1.27", "IMAGE_NOT_FOUND of redis:7")
        .doesNotContain("otel");
  }

  @Test
  void namesTheStatementThatTheExecutionRoleLacks() {
    work("ecs/fargate-access-denied");

    assertThat(requests).isEmpty();
    assertThat(remedies().getFirst().words())
        .isEqualTo(
            "Let the role shop-execution pull (it is the task's execution role that pulls).");
    assertThat(remedies().getFirst().text())
        .contains("arn:aws:ecr:us-east-1:123456789012:repository/shop/web", "ecr:BatchGetImage");
  }

  @Test
  void fillsTheExecutionRoleIntoWhatHelpsAgainstTheLimit() {
    work("ecs/fargate-rate-limit");

    assertThat(remedies())
        .anySatisfy(it -> {
          assertThat(it.words()).contains("execution role shop-execution");
          assertThat(it.text()).contains("arn:aws:secretsmanager:us-east-1:123456789012:secret:");
        });
  }

  @ParameterizedTest
  @CsvSource({
    "ecs/fargate-rate-limit, shop-execution, docker-hub/library/ruby",
    "batch/rate-limit,       nightly-execution, docker-hub/library/python"
  })
  void namesTheStatementThatTheCopyTakesBeforeAnythingStartsFromIt(
      String sample, String role, String repository) {
    work(sample);

    assertThat(remedies().getLast().words()).startsWith("Let the role " + role + " pull from the");
    assertThat(remedies().getLast().text())
        .contains("arn:aws:ecr:us-east-1:123456789012:repository/" + repository, "BatchGetImage");
  }

  @Test
  void theRequestSaysWhoseTaskItWas() {
    work("ecs/fargate-rate-limit");

    var here = "arn:aws:ecs:us-east-1:123456789012:";
    var origin =
        new Origin.Task(
            here + "task/shop/0d3f6b1c8e2a4975b6d0c1f2e3a49586",
            here + "cluster/shop",
            here + "task-definition/shop-web:41",
            "service:web",
            "FARGATE",
            "ecs-svc/2770844949256052681");
    assertThat(requests.getFirst().origin()).isEqualTo(origin);
    assertThat(RequestMessage.parse(RequestMessage.of(requests.getFirst()).body()))
        .contains(requests.getFirst());
  }

  @ParameterizedTest
  @CsvSource({"ecs/fargate-rate-limit, shop-web:41", "batch/rate-limit,       nightly:12"})
  void theReportSaysThatNothingWasChanged(String sample, String definition) {
    work(sample);
    var request = requests.getFirst();
    var copy = Rescued.MIRROR.copyOf(request.image()).orElseThrow();
    var tally = Tally.nothing(Duration.ofMillis(20));

    var replicated =
        new Announcement.Replicated(
            request, new Replicated(request.image(), copy, copy, tally, List.of()));

    assertThat(Sentence.of(replicated)).contains(" starts from the copy once " + definition);
    assertThat(diagnosed().getFirst().advice().summary())
        .contains("where the setting ecs or batch allows it");
  }

  @Test
  void thatAnImageIsThereSaysWhichTaskWaitedForIt() {
    work("ecs/fargate-rate-limit");
    var request = requests.getFirst();
    var copy = Rescued.copy(request.image());
    var event =
        BusEvent.of(
            new Announcement.Replicated(
                request,
                new Replicated(
                    request.image(),
                    copy.copy(),
                    request.image(),
                    Tally.nothing(Duration.ofMillis(20)),
                    List.of())));

    assertThat(event.detail()).contains("\"kind\":\"ecs-task\"", "\"group\":\"service:web\"");
    var heard = new EventParser().parse(Rescued.onTheBus(event).body());
    assertThat(heard)
        .asInstanceOf(type(ImageReplicated.class))
        .extracting(ImageReplicated::work)
        .isEqualTo(
            new TaskFailed(
                "arn:aws:ecs:us-east-1:123456789012:cluster/shop", request.origin().id()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ecs/resource-initialization-error",
        "ecs/essential-container-exited",
        "batch/essential-container-exited"
      })
  void isSilentAboutWhatFailedOfSomethingElse(String sample) {
    assertThat(work(sample).summary()).startsWith("ignored: ").contains("of no pull");
    assertThat(ears.heard).isEmpty();
    assertThat(requests).isEmpty();
  }

  private List<Diagnosed> diagnosed() {
    return ears.heard.stream().map(Diagnosed.class::cast).toList();
  }

  private List<Remedy> remedies() {
    return diagnosed().getFirst().advice().remedies();
  }

  private Done work(String sample) {
    return work(Rescued.event(sample + ".json"));
  }

  private Done work(Message event) {
    var mirror = Rescued.MIRROR;
    var reader =
        new FailureReader(
            new BuildReader(id -> Optional.empty(), (log, span) -> new LogText.Absent("no log")),
            (cluster, task) -> Optional.of(Workloads.task(event)),
            id -> Optional.of(Workloads.job(event)));
    var known =
        new Circumstances(mirror.account(), mirror.region(), null, mirror.prefixes().keySet());
    var worker =
        new DiagnoseWorker(
            Mode.RESCUE, reader, new ReplicationPlanner(mirror), known, requests::add, ears);
    return (Done) worker.work(event, Rescued.context(1000));
  }
}
