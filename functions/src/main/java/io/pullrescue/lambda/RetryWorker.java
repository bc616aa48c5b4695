package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import io.pullrescue.event.EventParser;
import io.pullrescue.event.IncomingEvent;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.failure.Build;
import io.pullrescue.failure.Builds;
import io.pullrescue.lambda.Message.Outcome;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.retry.Histories;
import io.pullrescue.retry.Projects;
import io.pullrescue.retry.RetryPlanner;
import io.pullrescue.retry.Situation;
import java.time.InstantSource;

/** An image that was waited for is there: the work runs again, once all of them are. */
final class RetryWorker implements Worker {
  private final Settings.Mode mode;
  private final Builds builds;
  private final Projects projects;
  private final Histories histories;
  private final AwaitedCopies copies;
  private final RetryPlanner planner;
  private final PlannedRetry retry;
  private final WorkloadRetry workloads;
  private final Aftermath aftermath;
  private final InstantSource clock;

  RetryWorker(
      Settings.Mode mode,
      Builds builds,
      Projects projects,
      Histories histories,
      AwaitedCopies copies,
      RetryPlanner planner,
      PlannedRetry retry,
      WorkloadRetry workloads,
      Aftermath aftermath,
      InstantSource clock) {
    this.mode = mode;
    this.builds = builds;
    this.projects = projects;
    this.histories = histories;
    this.copies = copies;
    this.planner = planner;
    this.retry = retry;
    this.workloads = workloads;
    this.aftermath = aftermath;
    this.clock = clock;
  }

  @Override
  public Outcome work(Message message, Context context) {
    return switch (new EventParser().parse(message.body())) {
      case ImageReplicated it when mode == Settings.Mode.RESCUE -> again(it, message.attempt());
      case ImageReplicated it ->
          new Done("ignored: the mode is " + mode + ", so nothing runs again");
      case IncomingEvent.BuildSucceeded it -> aftermath.green(it.buildId());
      case IncomingEvent.UndoWanted it -> aftermath.undo(it.project());
      case IncomingEvent.WorkFailed it -> new Done("ignored: no image was replicated for it yet");
      case IncomingEvent.Ignored it -> new Done("ignored: " + it.why());
    };
  }

  private Outcome again(ImageReplicated event, int attempt) {
    return switch (event.work()) {
      case IncomingEvent.BuildFailed it -> retry(it.buildId(), event, attempt);
      case IncomingEvent.TaskFailed it -> workloads.work(it, event, attempt);
      case IncomingEvent.JobFailed it -> workloads.work(it, event);
    };
  }

  private Outcome retry(String id, ImageReplicated event, int attempt) {
    var build = builds.find(id);
    var project = build.map(Build::project).flatMap(projects::project);
    if (project.isEmpty()) {
      return new Done("ignored: CodeBuild knows no build " + id + " in this region");
    }
    var awaited = copies.of(event, event.images(), build.get().environment().platform());
    if (!awaited.missing().isEmpty()) {
      return new Done(id + " still waits for " + awaited.missing().getFirst().familiar());
    }
    var history = histories.of(project.get().name());
    var situation = new Situation(build.orElseThrow(), project.get(), history, clock.instant());
    return retry.carryOut(planner.plan(situation, awaited.copies()), situation.build(), attempt);
  }
}
