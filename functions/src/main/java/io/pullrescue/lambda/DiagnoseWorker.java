package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import io.pullrescue.diagnosis.Adviser;
import io.pullrescue.diagnosis.Circumstances;
import io.pullrescue.diagnosis.Diagnosis;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.Diagnostician;
import io.pullrescue.event.EventParser;
import io.pullrescue.event.IncomingEvent;
import io.pullrescue.failure.Failure;
import io.pullrescue.failure.FailureReader;
import io.pullrescue.failure.Reading;
import io.pullrescue.lambda.Message.Outcome;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.lambda.Message.Outcome.Later;
import io.pullrescue.replication.ReplicationPlan;
import io.pullrescue.replication.ReplicationPlan.Replicate;
import io.pullrescue.replication.ReplicationPlanner;
import io.pullrescue.replication.RequestQueue;
import io.pullrescue.report.Announcement;
import io.pullrescue.report.Announcer;
import io.pullrescue.report.Sentence;
import java.time.Duration;

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
    return switch (new EventParser().parse(message.body())) {
      case IncomingEvent.BuildFailed it -> read(it.buildId(), message.attempt());
      case IncomingEvent.ImageReplicated it -> new Done("ignored: not a failure");
      case IncomingEvent.Ignored it -> new Done("ignored: " + it.why());
    };
  }

  private Outcome read(String buildId, int attempt) {
    return switch (reader.read(buildId)) {
      case Reading.Complete it -> diagnose(it.failure());
      case Reading.Nothing it -> new Done("ignored: " + it.why());
      case Reading.TooEarly it when attempt < LAST_ATTEMPT ->
          new Later(it.why(), UNTIL_THE_LOG_IS_THERE);
      case Reading.TooEarly it -> diagnose(it.soFar());
    };
  }

  private Outcome diagnose(Failure failure) {
    return switch (new Diagnostician().diagnose(failure)) {
      case Diagnosis.NotAPullFailure it -> new Done(failure.origin().id() + " failed of no pull");
      case PullFailed it -> follow(failure, it);
    };
  }

  private Outcome follow(Failure failure, PullFailed diagnosis) {
    var plan = allowed(planner.plan(failure.origin(), diagnosis));
    if (plan instanceof Replicate replicate) {
      replicate.requests().forEach(request -> requests.put(request.on(failure.platform())));
    }
    var advice = new Adviser().advise(diagnosis, circumstances);
    var announcement = new Announcement.Diagnosed(failure.origin(), diagnosis, plan, advice);
    announcer.announce(announcement);
    return new Done(failure.origin().id() + ": " + Sentence.of(announcement));
  }

  private ReplicationPlan allowed(ReplicationPlan plan) {
    return mode == Settings.Mode.OBSERVE && plan instanceof Replicate
        ? new ReplicationPlan.ReportOnly("the mode is observe, so nothing is copied")
        : plan;
  }
}
