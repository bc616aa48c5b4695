package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.diagnosis.Diagnosis;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.Failure;
import io.pullrescue.diagnosis.LogExcerpt;
import io.pullrescue.diagnosis.PullFailureDiagnoser;
import io.pullrescue.diagnosis.remediation.AccountContext;
import io.pullrescue.diagnosis.remediation.Remediation;
import io.pullrescue.diagnosis.remediation.RemediationAdvisor;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.event.publish.EventSummary;
import io.pullrescue.event.publish.RescueEvent;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.ReplicationResult;
import io.pullrescue.replication.request.ReplicationPlan;
import io.pullrescue.replication.request.ReplicationPlanner;
import io.pullrescue.replication.request.ReplicationRequest;
import io.pullrescue.text.HumanFormat;
import io.pullrescue.workload.FailureQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Processes manual requests immediately, and reports the results. */
final class ManualService {
  private final ReplicationService replicationService;
  private final ReplicationPlanner planner;
  private final AccountContext accountContext;
  private final FailureQueue failureQueue;
  private final EventPublisher publisher;

  ManualService(
      ReplicationService replicationService,
      ReplicationPlanner planner,
      AccountContext accountContext,
      FailureQueue failureQueue,
      EventPublisher publisher) {
    this.replicationService = replicationService;
    this.planner = planner;
    this.accountContext = accountContext;
    this.failureQueue = failureQueue;
    this.publisher = publisher;
  }

  /** Processes a request, and returns the lines of a report. */
  List<String> handle(JsonNode input, Trigger trigger, Context context) {
    return switch (ManualRequest.parse(input)) {
      case ManualRequest.ReplicateImages replicateImages ->
          replicate(trigger, replicateImages.images(), context);
      case ManualRequest.DiagnoseText diagnoseText ->
          diagnose(trigger, diagnoseText.message(), context);
      case ManualRequest.RetryBuild retryBuild -> enqueue(retryBuild.buildId());
      case ManualRequest.Invalid invalid -> List.of("nothing was done: " + invalid.reason());
    };
  }

  private List<String> enqueue(String buildId) {
    failureQueue.enqueue(buildId);
    return List.of(
        "build " + buildId + " was sent to pull-rescue-diagnose;",
        "see the log of that function for the result");
  }

  private List<String> diagnose(Trigger trigger, String message, Context context) {
    var excerpt = new LogExcerpt(LogExcerpt.TextSource.MESSAGE, message);
    return switch (new PullFailureDiagnoser()
        .diagnose(new Failure(trigger, null, List.of(excerpt)))) {
      case Diagnosis.NotAPullFailure _ -> List.of("no image pull failure was found in this text");
      case PullFailed pullFailed -> replicateAndReport(trigger, pullFailed, context);
    };
  }

  private List<String> replicateAndReport(Trigger trigger, PullFailed diagnosis, Context context) {
    var plan = planner.plan(trigger, diagnosis);
    var remediation = new RemediationAdvisor().advise(diagnosis, accountContext);
    var report = new ArrayList<String>();
    report.add(EventSummary.of(new RescueEvent.Diagnosed(trigger, diagnosis, plan, remediation)));
    if (plan instanceof ReplicationPlan.Replicate replicate) {
      var images = replicate.requests().stream().map(ReplicationRequest::image).toList();
      report.addAll(replicate(trigger, images, context));
    }
    remediation.steps().forEach(step -> report.addAll(lines(step)));
    return report;
  }

  private static List<String> lines(Remediation.Step step) {
    var snippet = step.snippet() == null ? Stream.<String>empty() : step.snippet().lines();
    return Stream.concat(Stream.of("* " + step.description()), snippet.map(line -> "    " + line))
        .toList();
  }

  private List<String> replicate(Trigger trigger, List<ImageReference> images, Context context) {
    return images.stream()
        .map(image -> new ReplicationRequest(trigger, image, images, false))
        .map(request -> replicate(request, context))
        .toList();
  }

  private String replicate(ReplicationRequest request, Context context) {
    var image = request.image();
    LogContext.setImage(image);
    return switch (replicationService.copy(request, context)) {
      case ReplicationResult.Replicated replicated ->
          publish(new RescueEvent.Replicated(request, replicated));
      case ReplicationResult.Failed failed ->
          publish(new RescueEvent.ReplicationFailed(request.trigger(), image, failed.reason()));
      case ReplicationResult.Deferred deferred ->
          image.familiarString()
              + " cannot be mirrored now: "
              + deferred.reason()
              + "; try again "
              + HumanFormat.timeFromNow(deferred.retryAfter());
    };
  }

  private String publish(RescueEvent event) {
    publisher.publish(event);
    return EventSummary.of(event);
  }
}
