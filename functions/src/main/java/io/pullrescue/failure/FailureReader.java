package io.pullrescue.failure;

import io.pullrescue.event.IncomingEvent;
import io.pullrescue.event.IncomingEvent.BuildFailed;
import io.pullrescue.event.IncomingEvent.BuildSucceeded;
import io.pullrescue.event.IncomingEvent.Ignored;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.event.IncomingEvent.UndoWanted;

/** Gathers what failed work said. The event is a hint only: the work is read again by API. */
public final class FailureReader {
  private final BuildReader builds;
  private final Tasks tasks;
  private final Jobs jobs;

  /** Reads through these. */
  public FailureReader(BuildReader builds, Tasks tasks, Jobs jobs) {
    this.builds = builds;
    this.tasks = tasks;
    this.jobs = jobs;
  }

  /** The failures that this event is about, or why there are none. */
  public Reading read(IncomingEvent event) {
    return switch (event) {
      case BuildFailed it -> builds.read(it.buildId());
      case TaskFailed it ->
          tasks
              .find(it.cluster(), it.task())
              .map(Task::read)
              .orElseGet(() -> unknown("ECS", "task " + it.task()));
      case JobFailed it ->
          jobs.find(it.jobId())
              .map(Job::read)
              .orElseGet(() -> unknown("Batch", "job " + it.jobId()));
      case ImageReplicated it -> new Reading.Nothing("not a failure");
      case BuildSucceeded it -> new Reading.Nothing("not a failure");
      case UndoWanted it -> new Reading.Nothing("not a failure");
      case Ignored it -> new Reading.Nothing(it.why());
    };
  }

  private static Reading unknown(String service, String work) {
    return new Reading.Nothing(service + " knows no " + work + " in this region (any more)");
  }
}
