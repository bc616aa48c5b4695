package io.pullrescue.workload.codebuild;

import io.pullrescue.aws.AwsErrors;
import io.pullrescue.ecr.PullPermissionCheck;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.event.publish.RescueEvent;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.image.ImageReference;
import io.pullrescue.text.TextSanitizer;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.ProcessingResult.RetryAfter;
import io.pullrescue.workload.codebuild.BuildRetryExecutor.Outcome.Nothing;
import io.pullrescue.workload.codebuild.BuildRetryExecutor.Outcome.Report;
import io.pullrescue.workload.codebuild.BuildRetryExecutor.Outcome.Wait;
import io.pullrescue.workload.codebuild.ProjectUpdater.UpdateResult;
import io.pullrescue.workload.codebuild.buildspec.FetchResult;
import io.pullrescue.workload.codebuild.parent.ParentExecutionRetrier;
import io.pullrescue.workload.codebuild.parent.RetryReadiness;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.codebuild.model.AccountLimitExceededException;
import software.amazon.awssdk.services.codepipeline.model.ConcurrentPipelineExecutionsLimitExceededException;
import software.amazon.awssdk.services.codepipeline.model.ConflictException;

/** Executes retry plans and publishes their outcome. */
public final class BuildRetryExecutor {
  /**
   * The delays between checks of a probe build, by the number of earlier waits. A probe build takes
   * less than a minute, or up to ten if builds are queued: its start limits queue and build to five
   * minutes each.
   */
  private static final List<Duration> PROBE_POLL_DELAYS =
      List.of(
          Duration.ofSeconds(20),
          Duration.ofSeconds(40),
          Duration.ofSeconds(120),
          Duration.ofSeconds(600));

  /**
   * The delays between checks of a pipeline stage or batch build. A stage fails some seconds after
   * its build; parallel parts may run for hours. SQS can hide a message for at most 12 hours.
   */
  private static final List<Duration> PARENT_POLL_DELAYS =
      List.of(
          Duration.ofSeconds(15),
          Duration.ofMinutes(5),
          Duration.ofMinutes(40),
          Duration.ofHours(4));

  /**
   * The delays after a call that the service does not accept for now: too many builds run or wait,
   * the pipeline is busy, or the call is throttled.
   */
  private static final List<Duration> REJECTION_DELAYS =
      List.of(
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(15),
          Duration.ofMinutes(30));

  private final BuildRetryPlanner planner;
  private final BuildspecFetcher buildspecFetcher;
  private final ProjectUpdater projectUpdater;
  private final BuildStarter buildStarter;
  private final ParentExecutionRetrier parentRetrier;
  private final PullPermissionCheck pullPermissionCheck;
  private final EventPublisher publisher;

  public BuildRetryExecutor(
      BuildRetryPlanner planner,
      BuildspecFetcher buildspecFetcher,
      ProjectUpdater projectUpdater,
      BuildStarter buildStarter,
      ParentExecutionRetrier parentRetrier,
      PullPermissionCheck pullPermissionCheck,
      EventPublisher publisher) {
    this.planner = planner;
    this.buildspecFetcher = buildspecFetcher;
    this.projectUpdater = projectUpdater;
    this.buildStarter = buildStarter;
    this.parentRetrier = parentRetrier;
    this.pullPermissionCheck = pullPermissionCheck;
    this.publisher = publisher;
  }

  /**
   * Executes a plan and publishes what became of it.
   *
   * @param waits how often the request has waited
   */
  ProcessingResult execute(BuildRetryPlan plan, RetryContext context, int waits) {
    return switch (tryPlan(plan, context)) {
      case Report report -> Completed.publishing(publisher, report.event());
      case Nothing nothing -> new Completed(nothing.summary());
      case Wait wait when waits < wait.delays().size() ->
          new RetryAfter(wait.reason(), wait.delays().get(waits));
      case Wait wait ->
          Completed.publishing(
              publisher, skip("timed out while waiting: " + wait.reason(), context).event());
    };
  }

  /** What became of a plan, before it is published. */
  sealed interface Outcome {
    record Report(RescueEvent event) implements Outcome {}

    record Nothing(String summary) implements Outcome {}

    /**
     * The plan may succeed later.
     *
     * @param delays by the number of earlier waits
     */
    record Wait(String reason, List<Duration> delays) implements Outcome {}
  }

  /** An error of a service is reported: a message that fails again and again tells nobody. */
  private Outcome tryPlan(BuildRetryPlan plan, RetryContext context) {
    try {
      return execute(plan, context);
    } catch (AccountLimitExceededException limit) {
      return new Wait(
          "CodeBuild starts no more builds of this account for now: " + message(limit),
          REJECTION_DELAYS);
    } catch (ConflictException | ConcurrentPipelineExecutionsLimitExceededException busy) {
      return new Wait("CodePipeline is busy: " + message(busy), REJECTION_DELAYS);
    } catch (AwsServiceException error) {
      var service = error.awsErrorDetails().serviceName();
      return AwsErrors.isTemporary(error)
          ? new Wait(service + " does not answer for now: " + message(error), REJECTION_DELAYS)
          : skip(service + " rejected the retry: " + message(error), context);
    }
  }

  private static String message(AwsServiceException error) {
    var message = error.awsErrorDetails().errorMessage();
    return message == null || message.isBlank()
        ? TextSanitizer.sanitize(error.awsErrorDetails().errorCode())
        : TextSanitizer.sanitize(message);
  }

  private Outcome execute(BuildRetryPlan plan, RetryContext context) {
    var build = context.build();
    return switch (plan) {
      case BuildRetryPlan.Skip skip -> skip(skip.reason(), context);
      case BuildRetryPlan.AlreadyRetried alreadyRetried ->
          new Nothing(build.id() + " was already retried as " + alreadyRetried.buildId());
      case BuildRetryPlan.FetchBuildspec fetchBuildspec -> fetchBuildspec(fetchBuildspec, context);
      case BuildRetryPlan.StartBuild startBuild -> start(startBuild, context);
      case BuildRetryPlan.RetryParent retryParent -> retryParent(retryParent, context);
    };
  }

  private Outcome start(BuildRetryPlan.StartBuild plan, RetryContext context) {
    var permission = checkRole(plan.retryState(), plan.environmentImage(), context);
    if (permission instanceof PullPermissionCheck.Result.Denied denied) {
      return skip(denied.reason(), context);
    }
    var started = buildStarter.start(plan, context.build(), context.project());
    return new Report(retried(plan, started, caveats(permission), context));
  }

  /** CodeBuild itself pulls the environment image; everything else is pulled with the role. */
  private PullPermissionCheck.Result checkRole(
      RetryState state, @Nullable ImageReference environmentImage, RetryContext context) {
    return environmentImage == null
        ? pullPermissionCheck.check(context.build().serviceRole(), state.mirroredImages())
        : new PullPermissionCheck.Result.Allowed();
  }

  private static List<String> caveats(PullPermissionCheck.Result permission) {
    return permission instanceof PullPermissionCheck.Result.Unknown unknown
        ? List.of(unknown.reason())
        : List.of();
  }

  private Outcome fetchBuildspec(BuildRetryPlan.FetchBuildspec plan, RetryContext context) {
    return switch (buildspecFetcher.fetch(plan.location(), context)) {
      case FetchResult.Found found -> execute(planner.plan(context, plan, found.text()), context);
      case FetchResult.NotFound _ ->
          skip("its buildspec " + plan.location() + " does not exist" + plan.purpose(), context);
      case FetchResult.Unavailable unavailable ->
          skip(unavailable.reason() + plan.purpose(), context);
      case FetchResult.Pending pending -> new Wait(pending.reason(), PROBE_POLL_DELAYS);
    };
  }

  private Outcome retryParent(BuildRetryPlan.RetryParent plan, RetryContext context) {
    return switch (parentRetrier.checkReadiness(plan.parent(), context.build())) {
      case RetryReadiness.InProgress inProgress ->
          new Wait(inProgress.reason(), PARENT_POLL_DELAYS);
      case RetryReadiness.NotRetryable notRetryable -> skip(notRetryable.reason(), context);
      case RetryReadiness.Ready ready -> retryParent(plan, ready, context);
    };
  }

  /** Updates the project last, when nothing else can prevent the retry that needs the update. */
  private Outcome retryParent(
      BuildRetryPlan.RetryParent plan, RetryReadiness.Ready ready, RetryContext context) {
    var limitReached = planner.checkRetryLimit(ready);
    if (limitReached.isPresent()) {
      return skip(limitReached.get().reason(), context);
    }
    var update = plan.projectUpdate();
    var permission =
        checkRole(plan.retryState(), update == null ? null : update.environmentImage(), context);
    if (permission instanceof PullPermissionCheck.Result.Denied denied) {
      return skip(denied.reason(), context);
    }
    if (update != null) {
      var withoutEffect = planner.checkEffect(ready, context);
      if (withoutEffect.isPresent()) {
        var note = projectUpdater.restore(context.project().name()).note();
        return skip(withoutEffect.get().reason() + (note == null ? "" : "; " + note), context);
      }
      var mayNotUpdate = planner.checkProjectUpdate(plan, ready, context.project());
      if (mayNotUpdate.isPresent()) {
        return skip(mayNotUpdate.get().reason(), context);
      }
      switch (projectUpdater.update(context.project(), update)) {
        case UpdateResult.Updated _ -> {}
        case UpdateResult.Denied denied -> {
          return skip(denied.reason(), context);
        }
        case UpdateResult.ChangedMeanwhile _ -> {
          return new Wait("its project was changed meanwhile", PARENT_POLL_DELAYS);
        }
      }
    }
    return new Report(
        retried(plan, retryOrRestore(plan, ready, context), caveats(permission), context));
  }

  /** Leaves no change in the project for a retry that did not start. */
  private String retryOrRestore(
      BuildRetryPlan.RetryParent plan, RetryReadiness.Ready ready, RetryContext context) {
    try {
      return parentRetrier.retry(ready);
    } catch (AwsServiceException rejected) {
      if (plan.projectUpdate() != null) {
        projectUpdater.restore(context.project().name());
      }
      throw rejected;
    }
  }

  private static Report skip(String reason, RetryContext context) {
    return new Report(new RetrySkipped(trigger(context), reason));
  }

  private static Trigger trigger(RetryContext context) {
    return new Trigger.Build(context.build().id(), context.build().projectName());
  }

  private static Retried retried(
      BuildRetryPlan.StartBuild plan,
      BuildStarter.StartedBuild started,
      List<String> caveats,
      RetryContext context) {
    return retried(
        plan.retryState(),
        started.buildId(),
        substitutionMethod(plan.environmentImage(), plan.buildspec()),
        Stream.concat(started.caveats().stream(), caveats.stream()).toList(),
        context);
  }

  private static Retried retried(
      BuildRetryPlan.RetryParent plan, String started, List<String> caveats, RetryContext context) {
    var update = plan.projectUpdate();
    var method =
        update == null
            ? substitutionMethod(null, null)
            : substitutionMethod(update.environmentImage(), update.buildspec())
                + " set in the project";
    return retried(plan.retryState(), started, method, caveats, context);
  }

  private static Retried retried(
      RetryState state, String started, String method, List<String> caveats, RetryContext context) {
    return new Retried(
        trigger(context),
        state.attempt(),
        state.mirroredImages(),
        started,
        method,
        caveats,
        BuildInspector.endTime(context.build()).orElse(null));
  }

  private static String substitutionMethod(
      @Nullable ImageReference image, @Nullable String buildspec) {
    if (image != null) {
      return "environment image";
    }
    return buildspec == null ? "unchanged references" : "image substitution";
  }
}
