package io.pullrescue.event.publish;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.TriggerDocument;
import io.pullrescue.event.publish.RescueEvent.Diagnosed;
import io.pullrescue.event.publish.RescueEvent.Recovered;
import io.pullrescue.event.publish.RescueEvent.Replicated;
import io.pullrescue.event.publish.RescueEvent.ReplicationFailed;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.replication.CopyStats;
import io.pullrescue.replication.request.ReplicationPlan;
import java.util.stream.Collectors;

/**
 * An announcement as it goes over the event bus, source {@code pull-rescue}.
 *
 * @param detailType the kind of event, which rules select by
 * @param detail JSON
 */
public record PublishedEvent(String detailType, String detail) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The event that says this. */
  public static PublishedEvent of(RescueEvent event) {
    return switch (event) {
      case Diagnosed diagnosed ->
          toPublishedEvent("Pull Failure Diagnosed", diagnosed, diagnosedDetail(diagnosed));
      case Replicated replicated ->
          toPublishedEvent("Image Replicated", replicated, replicatedDetail(replicated));
      case ReplicationFailed replicationFailed ->
          toPublishedEvent(
              "Image Replication Failed",
              replicationFailed,
              newObject()
                  .put("image", replicationFailed.image().toString())
                  .put("why", replicationFailed.reason()));
      case Retried retried -> toPublishedEvent("Workload Retried", retried, retriedDetail(retried));
      case Recovered recovered ->
          toPublishedEvent("Workload Recovered", recovered, recoveredDetail(recovered));
      case RetrySkipped retrySkipped ->
          toPublishedEvent(
              "Retry Refused", retrySkipped, newObject().put("why", retrySkipped.reason()));
    };
  }

  private static PublishedEvent toPublishedEvent(
      String type, RescueEvent event, ObjectNode content) {
    var detail = newObject();
    detail.set("origin", TriggerDocument.toJson(event.trigger()));
    detail.put("sentence", escapeForChat(summary(event)));
    detail.setAll(content);
    return new PublishedEvent(type, detail.toString());
  }

  /** What people read; a diagnosis with what they can do. */
  private static String summary(RescueEvent event) {
    return event instanceof Diagnosed diagnosed
        ? EventSummary.of(diagnosed)
            + diagnosed.remediation().steps().stream()
                .map(step -> "; " + step.description())
                .collect(Collectors.joining())
        : EventSummary.of(event);
  }

  /** Text of a log ends up in chats, where it may call no one, and link and dress up nothing. */
  private static String escapeForChat(String text) {
    return text.replace('<', '\u2039')
        .replace('>', '\u203a')
        .replace('[', '(')
        .replace(']', ')')
        .replace('`', '\'');
  }

  private static ObjectNode diagnosedDetail(Diagnosed event) {
    PullFailed diagnosis = event.diagnosis();
    var detail = newObject().put("cause", diagnosis.cause().name());
    var images = detail.putArray("images");
    diagnosis.images().forEach(image -> images.add(image.toString()));
    var evidence = diagnosis.evidence();
    detail.set(
        "evidence",
        newObject()
            .put("place", evidence.source().name())
            .put("line", evidence.text())
            .put("number", evidence.lineNumber())
            .put("certainty", evidence.confidence().name()));
    var remediation = detail.putArray("remedies");
    for (var step : event.remediation().steps()) {
      remediation.add(newObject().put("words", step.description()).put("text", step.snippet()));
    }
    return detail.put("decisive", diagnosis.causedFailure()).put("next", nextAction(event.plan()));
  }

  private static String nextAction(ReplicationPlan plan) {
    return switch (plan) {
      case ReplicationPlan.Replicate replicate ->
          "copy " + replicate.requests().size() + " image(s)";
      case ReplicationPlan.ReportOnly reportOnly -> reportOnly.reason();
    };
  }

  private static ObjectNode replicatedDetail(Replicated event) {
    var result = event.result();
    var detail =
        newObject()
            .put("image", result.image().toString())
            .put("copy", result.mirroredImage().toString())
            .put("source", result.source().toString())
            .put("decisive", event.request().causedFailure());
    var images = detail.putArray("images");
    event.request().requiredImages().forEach(image -> images.add(image.toString()));
    detail.set("tally", statsDetail(result.stats()));
    var notes = detail.putArray("remarks");
    result.notes().forEach(notes::add);
    return detail;
  }

  private static ObjectNode statsDetail(CopyStats stats) {
    return newObject()
        .put("bytes", stats.bytesCopied())
        .put("blobsMoved", stats.blobsCopied())
        .put("blobsPresent", stats.blobsSkipped())
        .put("manifests", stats.manifests())
        .put("countedRequests", stats.rateLimitedRequests())
        .put("milliseconds", stats.elapsed().toMillis());
  }

  private static ObjectNode retriedDetail(Retried event) {
    var detail =
        newObject()
            .put("started", event.started())
            .put("attempt", event.attempt())
            .put("by", event.method());
    var mirroredImages = detail.putArray("copies");
    event.mirroredImages().stream().map(MirroredImage::toString).forEach(mirroredImages::add);
    var caveats = detail.putArray("differences");
    event.caveats().forEach(caveats::add);
    return detail;
  }

  private static ObjectNode recoveredDetail(Recovered event) {
    var detail =
        newObject().put("build", event.buildId()).put("projectRestored", event.projectRestored());
    var timeSinceFailure = event.timeSinceFailure();
    return timeSinceFailure == null
        ? detail
        : detail.put("secondsSinceFailure", timeSinceFailure.toSeconds());
  }

  private static ObjectNode newObject() {
    return JSON.createObjectNode();
  }
}
