package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import io.pullrescue.event.EventParser;
import io.pullrescue.event.IncomingEvent;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.failure.Build;
import io.pullrescue.failure.Builds;
import io.pullrescue.failure.Origin;
import io.pullrescue.image.ImageReference;
import io.pullrescue.lambda.Message.Outcome;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.report.Announcement;
import io.pullrescue.report.Announcer;
import io.pullrescue.report.Sentence;
import io.pullrescue.retry.Copies;
import io.pullrescue.retry.Copy;
import io.pullrescue.retry.Retrier;
import io.pullrescue.retry.RetryPlan;
import io.pullrescue.retry.RetryPlanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An image that was waited for is there: the work runs again, once all of them are. */
final class RetryWorker implements Worker {
  private final Settings.Mode mode;
  private final Builds builds;
  private final Copies copies;
  private final RetryPlanner planner;
  private final Retrier retrier;
  private final Announcer announcer;

  RetryWorker(
      Settings.Mode mode,
      Builds builds,
      Copies copies,
      RetryPlanner planner,
      Retrier retrier,
      Announcer announcer) {
    this.mode = mode;
    this.builds = builds;
    this.copies = copies;
    this.planner = planner;
    this.retrier = retrier;
    this.announcer = announcer;
  }

  @Override
  public Outcome work(Message message, Context context) {
    return switch (new EventParser().parse(message.body())) {
      case ImageReplicated it when mode == Settings.Mode.RESCUE -> retry(it);
      case ImageReplicated it ->
          new Done("ignored: the mode is " + mode + ", so nothing runs again");
      case IncomingEvent.BuildFailed it -> new Done("ignored: no image was replicated for it yet");
      case IncomingEvent.Ignored it -> new Done("ignored: " + it.why());
    };
  }

  private Outcome retry(ImageReplicated event) {
    var build = builds.find(event.buildId());
    if (build.isEmpty()) {
      return new Done("ignored: CodeBuild knows no build " + event.buildId() + " in this region");
    }
    var all = new ArrayList<Copy>();
    for (var image : event.images()) {
      var copy = find(event, image);
      if (copy.isEmpty()) {
        return new Done(event.buildId() + " still waits for " + image.familiar());
      }
      all.add(copy.get());
    }
    return retry(build.get(), all);
  }

  private Optional<Copy> find(ImageReplicated event, ImageReference image) {
    return image.equals(event.image()) ? Copy.of(image, event.copy()) : copies.find(image);
  }

  private Outcome retry(Build build, List<Copy> all) {
    var origin = new Origin.Build(build.id(), build.project());
    return switch (planner.plan(build, all)) {
      case RetryPlan.Leave it -> announce(new Announcement.RetryRefused(origin, it.why()));
      case RetryPlan.StartBuild it -> start(origin, it);
    };
  }

  private Outcome start(Origin origin, RetryPlan.StartBuild plan) {
    var already = retrier.started(plan);
    return already.isPresent()
        ? new Done(origin.id() + " runs again already, as " + already.get())
        : announce(new Announcement.Retried(origin, plan, retrier.start(plan)));
  }

  private Outcome announce(Announcement announcement) {
    announcer.announce(announcement);
    return new Done(announcement.origin().id() + ": " + Sentence.of(announcement));
  }
}
