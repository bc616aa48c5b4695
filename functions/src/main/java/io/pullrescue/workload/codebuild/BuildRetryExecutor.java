package io.pullrescue.workload.codebuild;

import io.pullrescue.ecr.PullPermissionCheck;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.image.ImageReference;
import io.pullrescue.text.TextSanitizer;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.ProcessingResult.RetryAfter;
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
import software.amazon.awssdk.services.codebuild.model.InvalidInputException;
import software.amazon.awssdk.services.codepipeline.model.NotLatestPipelineExecutionException;
import software.amazon.awssdk.services.codepipeline.model.StageNotRetryableException;

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

  /** The delays after StartBuild reached the account's limit of builds that run or wait. */
  private static final List<Duration> LIMIT_DELAYS =
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
   * Executes a plan.
   *
   * @param waits how often the request has waited
   */
  ProcessingResult execute(BuildRetryPlan plan, RetryContext context, int waits) {
    try {
      return executePlan(plan, context, waits);
    } catch (AccountLimitExceededException limit) {
      return retryLater(
          "CodeBuild starts no more builds of this account for now: " + describe(limit),
          LIMIT_DELAYS,
          context,
          waits);
    } catch (InvalidInputException rejected) {
      return skip("CodeBuild rejected the retry: " + describe(rejected), context);
    } catch (NotLatestPipelineExecutionException | StageNotRetryableException rejected) {
      return skip("CodePipeline rejected the retry: " + describe(rejected), context);
    }
  }

  private static String describe(AwsServiceException error) {
    var details = error.awsErrorDetails();
    return TextSanitizer.sanitize(
        details == null || details.errorMessage() == null
            ? String.valueOf(error.getMessage())
            : details.errorMessage());
  }

  private ProcessingResult executePlan(BuildRetryPlan plan, RetryContext context, int waits) {
    var build = context.build();
    return switch (plan) {
      case BuildRetryPlan.Skip skip -> skip(skip.reason(), context);
      case BuildRetryPlan.AlreadyRetried alreadyRetried ->
          new Completed(build.id() + " was already retried as " + alreadyRetried.buildId());
      case BuildRetryPlan.FetchBuildspec fetchBuildspec ->
          fetchBuildspec(fetchBuildspec, context, waits);
      case BuildRetryPlan.StartBuild startBuild -> start(startBuild, context);
      case BuildRetryPlan.RetryParent retryParent -> retryParent(retryParent, context, waits);
    };
  }

  private ProcessingResult start(BuildRetryPlan.StartBuild plan, RetryContext context) {
    var permission = checkRole(plan.retryState(), plan.environmentImage(), context);
    if (permission instanceof PullPermissionCheck.Result.Denied denied) {
      return skip(denied.reason(), context);
    }
    var started = buildStarter.start(plan, context.build(), context.project());
    return Completed.publishing(publisher, retried(plan, started, caveats(permission), context));
  }

  /** CodeBuild itself pulls the environment image; everything else is pulled with the role. */
  private PullPermissionCheck.Result checkRole(
      RetryState state, @Nullable ImageReference environmentImage, RetryContext context) {
    return environmentImage == null
        ? pullPermissionCheck.check(context.build().serviceRole(), state.mirroredImages())
        : new PullPermissionCheck.Result.Allowed();
  }

  private ProcessingResult fetchBuildspec(
      BuildRetryPlan.FetchBuildspec plan, RetryContext context, int waits) {
    return switch (buildspecFetcher.fetch(plan.location(), context)) {
      case FetchResult.Found found ->
          executePlan(planner.plan(context, plan, found.text()), context, waits);
      case FetchResult.NotFound _ ->
          skip("its buildspec " + plan.location() + " does not exist" + plan.purpose(), context);
      case FetchResult.Unavailable unavailable ->
          skip(unavailable.reason() + plan.purpose(), context);
      case FetchResult.Pending pending ->
          retryLater(pending.reason(), PROBE_POLL_DELAYS, context, waits);
    };
  }

  /** Updates the project last, when nothing else can prevent the retry that needs the update. */
  private ProcessingResult retryParent(
      BuildRetryPlan.RetryParent plan, RetryContext context, int waits) {
    return switch (parentRetrier.checkReadiness(plan.parent(), context.build())) {
      case RetryReadiness.InProgress inProgress ->
          retryLater(inProgress.reason(), PARENT_POLL_DELAYS, context, waits);
      case RetryReadiness.NotRetryable notRetryable -> skip(notRetryable.reason(), context);
      case RetryReadiness.Ready ready -> {
        var limitReached = planner.checkRetryLimit(ready);
        if (limitReached.isPresent()) {
          yield skip(limitReached.get().reason(), context);
        }
        var mayNotUpdate = planner.checkProjectUpdate(plan, ready, context.project());
        if (mayNotUpdate.isPresent()) {
          yield skip(mayNotUpdate.get().reason(), context);
        }
        var update = plan.projectUpdate();
        var permission =
            checkRole(
                plan.retryState(), update == null ? null : update.environmentImage(), context);
        if (permission instanceof PullPermissionCheck.Result.Denied denied) {
          yield skip(denied.reason(), context);
        }
        if (update != null) {
          var updated = projectUpdater.update(context.project(), update);
          if (updated instanceof UpdateResult.Denied denied) {
            yield skip(denied.reason(), context);
          }
          if (updated instanceof UpdateResult.ChangedMeanwhile) {
            yield retryLater(
                "its project was changed meanwhile", PARENT_POLL_DELAYS, context, waits);
          }
        }
        yield Completed.publishing(
            publisher,
            retried(plan, retryOrRestore(plan, ready, context), caveats(permission), context));
      }
    };
  }

  private static List<String> caveats(PullPermissionCheck.Result permission) {
    return permission instanceof PullPermissionCheck.Result.Unknown unknown
        ? List.of(unknown.reason())
        : List.of();
  }

  /** Leaves no change in the project for a retry that did not start. */
  private String retryOrRestore(
      BuildRetryPlan.RetryParent plan, RetryReadiness.Ready ready, RetryContext context) {
    try {
      return parentRetrier.retry(plan.parent(), ready);
    } catch (AwsServiceException rejected) {
      if (plan.projectUpdate() != null) {
        projectUpdater.restore(context.project().name());
      }
      throw rejected;
    }
  }

  private ProcessingResult retryLater(
      String reason, List<Duration> delays, RetryContext context, int waits) {
    return waits < delays.size()
        ? new RetryAfter(reason, delays.get(waits))
        : skip("timed out while waiting: " + reason, context);
  }

  private ProcessingResult skip(String reason, RetryContext context) {
    return Completed.publishing(publisher, new RetrySkipped(trigger(context), reason));
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
