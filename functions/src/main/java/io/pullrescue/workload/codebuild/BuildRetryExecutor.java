package io.pullrescue.workload.codebuild;

import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.ProcessingResult.RetryAfter;
import io.pullrescue.workload.codebuild.buildspec.BuildspecFetchResult;
import io.pullrescue.workload.codebuild.buildspec.BuildspecFetcher;
import io.pullrescue.workload.codebuild.parent.ParentExecutionRetrierPort;
import io.pullrescue.workload.codebuild.parent.RetryReadiness;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Carries out what was planned; what must be waited for puts the message back. */
public final class BuildRetryExecutor {
  /**
   * How long a probe is waited for, by the number of the receipt. The queue gives up after five
   * receipts. A probe takes well under a minute, or longer where builds have to queue, but ten
   * minutes at most (its start limits queue and build to five each): the fifth look sees its end.
   */
  private static final List<Duration> PROBE_POLL_DELAYS =
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
  private static final List<Duration> PARENT_POLL_DELAYS =
      List.of(
          Duration.ofSeconds(15),
          Duration.ofMinutes(5),
          Duration.ofMinutes(40),
          Duration.ofHours(4));

  private final BuildRetryPlanner planner;
  private final BuildspecFetcher buildspecFetcher;
  private final ProjectUpdaterPort projectUpdater;
  private final BuildStarterPort buildStarter;
  private final ParentExecutionRetrierPort parentRetrier;
  private final EventPublisher publisher;

  public BuildRetryExecutor(
      BuildRetryPlanner planner,
      BuildspecFetcher buildspecFetcher,
      ProjectUpdaterPort projectUpdater,
      BuildStarterPort buildStarter,
      ParentExecutionRetrierPort parentRetrier,
      EventPublisher publisher) {
    this.planner = planner;
    this.buildspecFetcher = buildspecFetcher;
    this.projectUpdater = projectUpdater;
    this.buildStarter = buildStarter;
    this.parentRetrier = parentRetrier;
    this.publisher = publisher;
  }

  /** Carries out the plan for this build, at this receipt of its message. */
  public ProcessingResult execute(BuildRetryPlan plan, Build build, int receiveCount) {
    var trigger = new Trigger.Build(build.id(), build.project());
    return switch (plan) {
      case BuildRetryPlan.Skip skip ->
          Completed.publishing(publisher, new RetrySkipped(trigger, skip.reason()));
      case BuildRetryPlan.AlreadyRetried alreadyRetried ->
          new Completed(build.id() + " runs again already, as " + alreadyRetried.buildId());
      case BuildRetryPlan.FetchBuildspec fetchBuildspec ->
          fetchBuildspec(fetchBuildspec, trigger, receiveCount);
      case BuildRetryPlan.StartBuild startBuild ->
          Completed.publishing(
              publisher, retried(trigger, startBuild, buildStarter.start(startBuild)));
      case BuildRetryPlan.RetryParent retryParent ->
          retryParent(retryParent, trigger, receiveCount);
    };
  }

  private ProcessingResult fetchBuildspec(
      BuildRetryPlan.FetchBuildspec plan, Trigger trigger, int receiveCount) {
    return switch (buildspecFetcher.fetch(plan)) {
      case BuildspecFetchResult.Text text ->
          execute(planner.plan(plan, text.text()), plan.original(), receiveCount);
      case BuildspecFetchResult.Unreadable unreadable ->
          Completed.publishing(publisher, new RetrySkipped(trigger, unreadable.reason()));
      case BuildspecFetchResult.Pending pending ->
          retryLater(pending.reason(), PROBE_POLL_DELAYS, trigger, receiveCount);
    };
  }

  /** The project is changed last, when nothing else can stop the retry that needs the change. */
  private ProcessingResult retryParent(
      BuildRetryPlan.RetryParent plan, Trigger trigger, int receiveCount) {
    return switch (parentRetrier.checkReadiness(plan.parent(), plan.original())) {
      case RetryReadiness.InProgress inProgress ->
          retryLater(inProgress.reason(), PARENT_POLL_DELAYS, trigger, receiveCount);
      case RetryReadiness.NotRetryable notRetryable ->
          Completed.publishing(publisher, new RetrySkipped(trigger, notRetryable.reason()));
      case RetryReadiness.Ready ready -> {
        var skip = planner.checkRetryLimit(ready);
        if (skip.isPresent()) {
          yield Completed.publishing(publisher, new RetrySkipped(trigger, skip.get().reason()));
        }
        if (plan.projectUpdate() != null) {
          projectUpdater.update(plan.projectUpdate());
        }
        yield Completed.publishing(
            publisher, retried(trigger, plan, parentRetrier.retry(plan.parent(), ready)));
      }
    };
  }

  private ProcessingResult retryLater(
      String reason, List<Duration> delays, Trigger trigger, int receiveCount) {
    return receiveCount <= delays.size()
        ? new RetryAfter(reason, delays.get(receiveCount - 1))
        : Completed.publishing(publisher, new RetrySkipped(trigger, reason + ", for too long"));
  }

  private static Retried retried(
      Trigger trigger, BuildRetryPlan.StartBuild plan, BuildStarterPort.StartedBuild started) {
    return retried(
        trigger,
        plan.retryState(),
        started.buildId(),
        substitutionMethod(plan.environmentImage(), plan.buildspec()),
        started.caveats(),
        plan.original());
  }

  private static Retried retried(Trigger trigger, BuildRetryPlan.RetryParent plan, String started) {
    var update = plan.projectUpdate();
    var method =
        update == null
            ? substitutionMethod(null, null)
            : substitutionMethod(update.environmentImage(), update.buildspec())
                + " set in the project";
    return retried(trigger, plan.retryState(), started, method, List.of(), plan.original());
  }

  private static Retried retried(
      Trigger trigger,
      RetryState state,
      String started,
      String method,
      List<String> caveats,
      Build original) {
    return new Retried(
        trigger,
        state.attempt(),
        state.mirroredImages(),
        started,
        method,
        caveats,
        original.endTime().orElse(null));
  }

  private static String substitutionMethod(
      @Nullable ImageReference image, @Nullable String buildspec) {
    if (image != null) {
      return "environment image";
    }
    return buildspec == null ? "unchanged references" : "image substitution";
  }
}
