package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import io.pullrescue.event.EventParser;
import io.pullrescue.event.IncomingEvent;
import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.failure.Build;
import io.pullrescue.failure.Builds;
import io.pullrescue.failure.Origin;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import io.pullrescue.lambda.Message.Outcome;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.lambda.Message.Outcome.Later;
import io.pullrescue.replication.Mirror;
import io.pullrescue.report.Announcement;
import io.pullrescue.report.Announcer;
import io.pullrescue.report.Sentence;
import io.pullrescue.retry.BuildspecReader;
import io.pullrescue.retry.BuildspecReading;
import io.pullrescue.retry.Copies;
import io.pullrescue.retry.Copy;
import io.pullrescue.retry.Retrier;
import io.pullrescue.retry.RetryPlan;
import io.pullrescue.retry.RetryPlanner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An image that was waited for is there: the work runs again, once all of them are. */
final class RetryWorker implements Worker {
  /**
   * How long a probe is waited for, by the number of the receipt. The queue gives up after five
   * receipts. A probe takes well under a minute, or longer where builds have to queue, but ten
   * minutes at most (its start limits queue and build to five each): the fifth look sees its end.
   */
  private static final List<Duration> UNTIL_THE_PROBE_ENDS =
      List.of(
          Duration.ofSeconds(20),
          Duration.ofSeconds(40),
          Duration.ofSeconds(120),
          Duration.ofSeconds(600));

  private final Settings.Mode mode;
  private final Builds builds;
  private final Copies copies;
  private final RetryPlanner planner;
  private final BuildspecReader buildspecs;
  private final Retrier retrier;
  private final Announcer announcer;

  RetryWorker(
      Settings.Mode mode,
      Builds builds,
      Copies copies,
      RetryPlanner planner,
      BuildspecReader buildspecs,
      Retrier retrier,
      Announcer announcer) {
    this.mode = mode;
    this.builds = builds;
    this.copies = copies;
    this.planner = planner;
    this.buildspecs = buildspecs;
    this.retrier = retrier;
    this.announcer = announcer;
  }

  @Override
  public Outcome work(Message message, Context context) {
    return switch (new EventParser().parse(message.body())) {
      case ImageReplicated it when mode == Settings.Mode.RESCUE -> retry(it, message.attempt());
      case ImageReplicated it ->
          new Done("ignored: the mode is " + mode + ", so nothing runs again");
      case IncomingEvent.BuildFailed it -> new Done("ignored: no image was replicated for it yet");
      case IncomingEvent.Ignored it -> new Done("ignored: " + it.why());
    };
  }

  private Outcome retry(ImageReplicated event, int attempt) {
    var build = builds.find(event.buildId());
    if (build.isEmpty()) {
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
    return carryOut(planner.plan(build.get(), all), origin(build.get()), attempt);
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

  private static Origin origin(Build build) {
    return new Origin.Build(build.id(), build.project());
  }

  private Outcome carryOut(RetryPlan plan, Origin origin, int attempt) {
    return switch (plan) {
      case RetryPlan.Leave it -> announce(new Announcement.RetryRefused(origin, it.why()));
      case RetryPlan.ReadBuildspec it -> read(it, origin, attempt);
      case RetryPlan.StartBuild it -> start(origin, it);
    };
  }

  private Outcome read(RetryPlan.ReadBuildspec open, Origin origin, int attempt) {
    return switch (buildspecs.read(open)) {
      case BuildspecReading.Text it -> carryOut(planner.plan(open, it.text()), origin, attempt);
      case BuildspecReading.Unreadable it ->
          announce(new Announcement.RetryRefused(origin, it.why()));
      case BuildspecReading.Pending it when attempt <= UNTIL_THE_PROBE_ENDS.size() ->
          new Later(it.why(), UNTIL_THE_PROBE_ENDS.get(attempt - 1));
      case BuildspecReading.Pending it ->
          announce(new Announcement.RetryRefused(origin, it.why() + ", for too long"));
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
