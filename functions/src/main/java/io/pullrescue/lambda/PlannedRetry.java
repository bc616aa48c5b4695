package io.pullrescue.lambda;

import io.pullrescue.failure.Build;
import io.pullrescue.failure.Origin;
import io.pullrescue.lambda.Message.Outcome;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.lambda.Message.Outcome.Later;
import io.pullrescue.report.Announcement.Retried;
import io.pullrescue.report.Announcement.RetryRefused;
import io.pullrescue.report.Announcer;
import io.pullrescue.retry.BuildspecReader;
import io.pullrescue.retry.BuildspecReading;
import io.pullrescue.retry.Projects;
import io.pullrescue.retry.Readiness;
import io.pullrescue.retry.Retrier;
import io.pullrescue.retry.RetryPlan;
import io.pullrescue.retry.RetryPlanner;
import io.pullrescue.retry.Wholes;
import java.time.Duration;
import java.util.List;

/** Carries out what was planned; what must be waited for puts the message back. */
final class PlannedRetry {
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

  /**
   * How long the other parts of a stage or batch are waited for. A stage says that it failed some
   * seconds after its build does; parts that run beside that build may take hours. A message can be
   * hidden for twelve.
   */
  private static final List<Duration> UNTIL_THE_WHOLE_ENDS =
      List.of(
          Duration.ofSeconds(15),
          Duration.ofMinutes(5),
          Duration.ofMinutes(40),
          Duration.ofHours(4));

  private final RetryPlanner planner;
  private final BuildspecReader buildspecs;
  private final Projects projects;
  private final Retrier retrier;
  private final Wholes wholes;
  private final Announcer announcer;

  PlannedRetry(
      RetryPlanner planner,
      BuildspecReader buildspecs,
      Projects projects,
      Retrier retrier,
      Wholes wholes,
      Announcer announcer) {
    this.planner = planner;
    this.buildspecs = buildspecs;
    this.projects = projects;
    this.retrier = retrier;
    this.wholes = wholes;
    this.announcer = announcer;
  }

  /** Carries out the plan for this build, at this receipt of its message. */
  Outcome carryOut(RetryPlan plan, Build build, int attempt) {
    var origin = new Origin.Build(build.id(), build.project());
    return switch (plan) {
      case RetryPlan.Leave it -> Done.telling(announcer, new RetryRefused(origin, it.why()));
      case RetryPlan.Running it -> new Done(build.id() + " runs again already, as " + it.build());
      case RetryPlan.ReadBuildspec it -> read(it, origin, attempt);
      case RetryPlan.StartBuild it ->
          Done.telling(announcer, Retried.of(origin, it, retrier.start(it)));
      case RetryPlan.RetryWhole it -> whole(it, origin, attempt);
    };
  }

  private Outcome read(RetryPlan.ReadBuildspec open, Origin origin, int attempt) {
    return switch (buildspecs.read(open)) {
      case BuildspecReading.Text it ->
          carryOut(planner.plan(open, it.text()), open.original(), attempt);
      case BuildspecReading.Unreadable it ->
          Done.telling(announcer, new RetryRefused(origin, it.why()));
      case BuildspecReading.Pending it -> later(it.why(), UNTIL_THE_PROBE_ENDS, origin, attempt);
    };
  }

  /** The project is changed last, when nothing else can stop the retry that needs the change. */
  private Outcome whole(RetryPlan.RetryWhole plan, Origin origin, int attempt) {
    return switch (wholes.readiness(plan.whole(), plan.original())) {
      case Readiness.NotYet it -> later(it.why(), UNTIL_THE_WHOLE_ENDS, origin, attempt);
      case Readiness.Never it -> Done.telling(announcer, new RetryRefused(origin, it.why()));
      case Readiness.Ready it -> {
        var objection = planner.objection(it);
        if (objection.isPresent()) {
          yield Done.telling(announcer, new RetryRefused(origin, objection.get().why()));
        }
        if (plan.change() != null) {
          projects.change(plan.change());
        }
        yield Done.telling(announcer, Retried.of(origin, plan, wholes.retry(plan.whole(), it)));
      }
    };
  }

  private Outcome later(String why, List<Duration> delays, Origin origin, int attempt) {
    return attempt <= delays.size()
        ? new Later(why, delays.get(attempt - 1))
        : Done.telling(announcer, new RetryRefused(origin, why + ", for too long"));
  }
}
