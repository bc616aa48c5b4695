package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import io.pullrescue.event.EventParser;
import io.pullrescue.event.IncomingEvent;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.failure.Build;
import io.pullrescue.failure.Builds;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import io.pullrescue.lambda.Message.Outcome;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.replication.Mirror;
import io.pullrescue.retry.Copies;
import io.pullrescue.retry.Copy;
import io.pullrescue.retry.Histories;
import io.pullrescue.retry.Projects;
import io.pullrescue.retry.RetryPlanner;
import io.pullrescue.retry.Situation;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Optional;

/** An image that was waited for is there: the work runs again, once all of them are. */
final class RetryWorker implements Worker {
  private final Settings.Mode mode;
  private final Builds builds;
  private final Projects projects;
  private final Histories histories;
  private final Copies copies;
  private final RetryPlanner planner;
  private final PlannedRetry retry;
  private final Aftermath aftermath;
  private final InstantSource clock;

  RetryWorker(
      Settings.Mode mode,
      Builds builds,
      Projects projects,
      Histories histories,
      Copies copies,
      RetryPlanner planner,
      PlannedRetry retry,
      Aftermath aftermath,
      InstantSource clock) {
    this.mode = mode;
    this.builds = builds;
    this.projects = projects;
    this.histories = histories;
    this.copies = copies;
    this.planner = planner;
    this.retry = retry;
    this.aftermath = aftermath;
    this.clock = clock;
  }

  @Override
  public Outcome work(Message message, Context context) {
    return switch (new EventParser().parse(message.body())) {
      case ImageReplicated it when mode == Settings.Mode.RESCUE -> retry(it, message.attempt());
      case ImageReplicated it ->
          new Done("ignored: the mode is " + mode + ", so nothing runs again");
      case IncomingEvent.BuildSucceeded it -> aftermath.green(it.buildId());
      case IncomingEvent.UndoWanted it -> aftermath.undo(it.project());
      case IncomingEvent.BuildFailed it -> new Done("ignored: no image was replicated for it yet");
      case IncomingEvent.TaskFailed it -> new Done("ignored: no image was replicated for it yet");
      case IncomingEvent.JobFailed it -> new Done("ignored: no image was replicated for it yet");
      case IncomingEvent.Ignored it -> new Done("ignored: " + it.why());
    };
  }

  private Outcome retry(ImageReplicated event, int attempt) {
    var build = builds.find(event.buildId());
    var project = build.map(Build::project).flatMap(projects::project);
    if (project.isEmpty()) {
      return new Done("ignored: CodeBuild knows no build " + event.buildId() + " in this region");
    }
    var all = new ArrayList<Copy>();
    for (var image : event.images()) {
      var copy = find(event, image, build.get().environment().platform());
      if (copy.isEmpty()) {
        return new Done(event.buildId() + " still waits for " + image.familiar());
      }
      all.add(copy.get());
    }
    var history = histories.of(project.get().name());
    var situation = new Situation(build.orElseThrow(), project.get(), history, clock.instant());
    return retry.carryOut(planner.plan(situation, all), situation.build(), attempt);
  }

  private Optional<Copy> find(ImageReplicated event, ImageReference image, Platform platform) {
    return image.equals(event.image())
        ? Copy.of(image, event.copy())
        : copies.find(image).or(() -> part(image, platform));
  }

  /** Where only the platforms that are needed are copied, the whole image is never there. */
  private Optional<Copy> part(ImageReference image, Platform platform) {
    return Mirror.only(platform, image)
        .flatMap(copies::find)
        .map(part -> new Copy(image, part.copy(), part.digest()));
  }
}
