package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import io.pullrescue.diagnosis.Advice;
import io.pullrescue.diagnosis.Adviser;
import io.pullrescue.diagnosis.Circumstances;
import io.pullrescue.diagnosis.Diagnosis;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.Diagnostician;
import io.pullrescue.event.EventParser;
import io.pullrescue.failure.Failure;
import io.pullrescue.failure.FailureReader;
import io.pullrescue.failure.Origin;
import io.pullrescue.failure.Reading;
import io.pullrescue.lambda.Message.Outcome;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.lambda.Message.Outcome.Later;
import io.pullrescue.replication.ReplicationPlan;
import io.pullrescue.replication.ReplicationPlan.Replicate;
import io.pullrescue.replication.ReplicationPlanner;
import io.pullrescue.replication.ReplicationRequest;
import io.pullrescue.replication.RequestQueue;
import io.pullrescue.report.Announcement;
import io.pullrescue.report.Announcer;
import io.pullrescue.report.Sentence;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Event to failure to diagnosis to requests for copies. */
final class DiagnoseWorker implements Worker {
  /** CloudWatch Logs has the last lines of a build a few seconds after its event. */
  private static final Duration UNTIL_THE_LOG_IS_THERE = Duration.ofSeconds(10);

  /** The queue gives up after five receipts; the last is for what can be read by then. */
  private static final int LAST_ATTEMPT = 4;

  private final Settings.Mode mode;
  private final FailureReader reader;
  private final ReplicationPlanner planner;
  private final Circumstances circumstances;
  private final RequestQueue requests;
  private final Announcer announcer;

  DiagnoseWorker(
      Settings.Mode mode,
      FailureReader reader,
      ReplicationPlanner planner,
      Circumstances circumstances,
      RequestQueue requests,
      Announcer announcer) {
    this.mode = mode;
    this.reader = reader;
    this.planner = planner;
    this.circumstances = circumstances;
    this.requests = requests;
    this.announcer = announcer;
  }

  @Override
  public Outcome work(Message message, Context context) {
    return switch (reader.read(new EventParser().parse(message.body()))) {
      case Reading.Complete it -> diagnose(it.failures(), "failed of no pull");
      case Reading.Nothing it -> new Done("ignored: " + it.why());
      case Reading.TooEarly it when message.attempt() < LAST_ATTEMPT ->
          new Later(it.why(), UNTIL_THE_LOG_IS_THERE);
      case Reading.TooEarly it -> diagnose(List.of(it.soFar()), "no failed pull: " + it.why());
    };
  }

  /** Each failure is a diagnosis of its own; the work waits for the images of all of them. */
  private Outcome diagnose(List<Failure> failures, String otherwise) {
    var steps = failures.stream().flatMap(failure -> diagnose(failure).stream()).toList();
    ask(steps.stream().flatMap(step -> wanted(step.plan())).distinct().toList());
    steps.forEach(announcer::announce);
    var words = steps.stream().map(Sentence::of).collect(Collectors.joining("; "));
    var origin = failures.getFirst().origin().id();
    return new Done(steps.isEmpty() ? origin + " " + otherwise : origin + ": " + words);
  }

  private void ask(List<ReplicationRequest> wanted) {
    var images = wanted.stream().flatMap(it -> it.images().stream()).distinct().toList();
    wanted.stream().map(request -> request.among(images)).forEach(requests::put);
  }

  private static Stream<ReplicationRequest> wanted(ReplicationPlan plan) {
    return plan instanceof Replicate replicate ? replicate.requests().stream() : Stream.empty();
  }

  private Optional<Announcement.Diagnosed> diagnose(Failure failure) {
    return switch (new Diagnostician().diagnose(failure)) {
      case Diagnosis.NotAPullFailure it -> Optional.empty();
      case PullFailed it -> {
        var plan =
            allowed(planner.plan(failure.origin(), it))
                .on(failure.platform())
                .with(failure.credentials(), failure.imageOfRecord());
        yield Optional.of(
            new Announcement.Diagnosed(failure.origin(), it, plan, advice(failure, it, plan)));
      }
    };
  }

  /** What pulls for a task or a job is known; that it may pull from the mirror is not. */
  private Advice advice(Failure failure, PullFailed diagnosis, ReplicationPlan plan) {
    var adviser = new Adviser();
    var pulled = circumstances.pulledBy(failure.role());
    var advice = adviser.advise(diagnosis, pulled);
    return switch (failure.origin()) {
      case Origin.Task it -> advice.and(adviser.beforeTheyRun(planner.copies(plan), pulled));
      case Origin.Job it -> advice.and(adviser.beforeTheyRun(planner.copies(plan), pulled));
      case Origin.Build it -> advice;
      case Origin.Person it -> advice;
      case Origin.Refresh it -> advice;
    };
  }

  private ReplicationPlan allowed(ReplicationPlan plan) {
    return mode == Settings.Mode.OBSERVE && plan instanceof Replicate
        ? new ReplicationPlan.ReportOnly("the mode is observe, so nothing is copied")
        : plan;
  }
}
