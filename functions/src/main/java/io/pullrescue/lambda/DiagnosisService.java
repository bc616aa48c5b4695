package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import io.pullrescue.config.Mode;
import io.pullrescue.config.QueueLimits;
import io.pullrescue.diagnosis.Diagnosis;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.Failure;
import io.pullrescue.diagnosis.ImageOccurrence;
import io.pullrescue.diagnosis.PullFailureDiagnoser;
import io.pullrescue.diagnosis.remediation.AccountContext;
import io.pullrescue.diagnosis.remediation.Remediation;
import io.pullrescue.diagnosis.remediation.RemediationAdvisor;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.event.publish.EventSummary;
import io.pullrescue.event.publish.RescueEvent;
import io.pullrescue.replication.request.ReplicationPlan;
import io.pullrescue.replication.request.ReplicationPlan.Replicate;
import io.pullrescue.replication.request.ReplicationPlanner;
import io.pullrescue.replication.request.ReplicationQueue;
import io.pullrescue.replication.request.ReplicationRequest;
import io.pullrescue.workload.LoadResult;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.ProcessingResult.Completed;
import io.pullrescue.workload.ProcessingResult.RetryAfter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Diagnoses the failure that an event names, and requests the replication of its images. */
final class DiagnosisService implements MessageProcessor {
  /**
   * CloudWatch Logs receives the last lines of a build a few seconds after its event, and an event
   * may be quicker than the API that describes its workload.
   */
  private static final Duration POLL_DELAY = Duration.ofSeconds(10);

  /** From this delivery on, what there is is diagnosed; one delivery is left for errors. */
  private static final int LAST_RECEIVE = QueueLimits.MAX_RECEIVE_COUNT - 1;

  private final Mode mode;
  private final FailureLoader failureLoader;
  private final ReplicationPlanner planner;
  private final AccountContext accountContext;
  private final ReplicationQueue replicationQueue;
  private final EventPublisher publisher;

  DiagnosisService(
      Mode mode,
      FailureLoader failureLoader,
      ReplicationPlanner planner,
      AccountContext accountContext,
      ReplicationQueue replicationQueue,
      EventPublisher publisher) {
    this.mode = mode;
    this.failureLoader = failureLoader;
    this.planner = planner;
    this.accountContext = accountContext;
    this.replicationQueue = replicationQueue;
    this.publisher = publisher;
  }

  @Override
  public ProcessingResult process(QueueMessage message, Context context) {
    var event = DependencyFactory.eventParser().parse(message.body());
    LogContext.setEvent(event);
    return switch (failureLoader.load(event)) {
      case LoadResult.Complete complete ->
          diagnose(complete.failures(), "did not fail because of an image pull");
      case LoadResult.NoFailure noFailure -> new Completed("ignored: " + noFailure.reason());
      case LoadResult.Unreadable unreadable -> new Completed("ignored: " + unreadable.reason());
      case LoadResult.NotReady notReady
          when message.receiveCount() < LAST_RECEIVE && message.mayWait(POLL_DELAY) ->
          new RetryAfter(notReady.reason(), POLL_DELAY);
      case LoadResult.NotReady notReady -> diagnosePartially(notReady);
    };
  }

  private ProcessingResult diagnosePartially(LoadResult.NotReady notReady) {
    var failure = notReady.partialFailure();
    return failure == null
        ? new Completed("ignored: " + notReady.reason())
        : diagnose(List.of(failure), "no image pull failure found: " + notReady.reason());
  }

  /** Diagnoses each failure separately; the workload waits for the images of all of them. */
  private ProcessingResult diagnose(List<Failure> failures, String noPullFailureSummary) {
    var events = failures.stream().flatMap(failure -> diagnose(failure).stream()).toList();
    enqueue(events.stream().flatMap(event -> requestsIn(event.plan())).distinct().toList());
    events.forEach(publisher::publish);
    var summary = events.stream().map(EventSummary::of).collect(Collectors.joining("; "));
    var triggerId = failures.getFirst().trigger().id();
    return new Completed(
        events.isEmpty() ? triggerId + " " + noPullFailureSummary : triggerId + ": " + summary);
  }

  private void enqueue(List<ReplicationRequest> requests) {
    var images =
        requests.stream()
            .flatMap(replicationRequest -> replicationRequest.requiredImages().stream())
            .distinct()
            .toList();
    requests.stream()
        .map(request -> request.withRequiredImages(images).withImagesOfTrigger(requests.size()))
        .forEach(replicationQueue::send);
  }

  private static Stream<ReplicationRequest> requestsIn(ReplicationPlan plan) {
    return plan instanceof Replicate replicate ? replicate.requests().stream() : Stream.empty();
  }

  private Optional<RescueEvent.Diagnosed> diagnose(Failure failure) {
    return switch (new PullFailureDiagnoser().diagnose(failure)) {
      case Diagnosis.NotAPullFailure _ -> Optional.empty();
      case PullFailed pullFailed -> {
        var plan =
            applyMode(planner.plan(failure.trigger(), pullFailed))
                .forPlatform(failure.platform())
                .withPullSecret(failure.pullSecret(), failure.recordedImage());
        yield Optional.of(
            new RescueEvent.Diagnosed(
                failure.trigger(),
                pullFailed,
                plan,
                remediation(failure, pullFailed, plan),
                ImageOccurrence.find(failure.excerpts(), pullFailed.images())));
      }
    };
  }

  /** Adds the permission to pull from the mirror, which the role of a task or job may lack. */
  private Remediation remediation(Failure failure, PullFailed diagnosis, ReplicationPlan plan) {
    var advisor = new RemediationAdvisor();
    var roleContext = accountContext.withRole(failure.pullRoleArn());
    var remediation = advisor.advise(diagnosis, roleContext);
    return switch (failure.trigger()) {
      case Trigger.Task _ ->
          remediation.plus(
              advisor.mirrorPullPermissions(planner.mirrorReferences(plan), roleContext));
      case Trigger.Job _ ->
          remediation.plus(
              advisor.mirrorPullPermissions(planner.mirrorReferences(plan), roleContext));
      case Trigger.Build _ -> remediation;
      case Trigger.Manual _ -> remediation;
      case Trigger.Refresh _ -> remediation;
    };
  }

  private ReplicationPlan applyMode(ReplicationPlan plan) {
    return mode == Mode.OBSERVE && plan instanceof Replicate
        ? new ReplicationPlan.ReportOnly("nothing is mirrored because the mode is `observe`")
        : plan;
  }
}
