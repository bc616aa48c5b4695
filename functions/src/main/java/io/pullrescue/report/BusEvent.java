package io.pullrescue.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.failure.OriginDocument;
import io.pullrescue.replication.ReplicationPlan;
import io.pullrescue.replication.Tally;
import io.pullrescue.report.Announcement.Diagnosed;
import io.pullrescue.report.Announcement.NotReplicated;
import io.pullrescue.report.Announcement.Recovered;
import io.pullrescue.report.Announcement.Replicated;
import io.pullrescue.report.Announcement.Retried;
import io.pullrescue.report.Announcement.RetryRefused;
import io.pullrescue.retry.Copy;
import java.util.stream.Collectors;

/**
 * An announcement as it goes over the event bus, source {@code pull-rescue}.
 *
 * @param detailType the kind of event, which rules select by
 * @param detail JSON
 */
public record BusEvent(String detailType, String detail) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The event that says this. */
  public static BusEvent of(Announcement announcement) {
    return switch (announcement) {
      case Diagnosed it -> event("Pull Failure Diagnosed", it, diagnosed(it));
      case Replicated it -> event("Image Replicated", it, replicated(it));
      case NotReplicated it ->
          event(
              "Image Replication Failed",
              it,
              object().put("image", it.image().toString()).put("why", it.why()));
      case Retried it -> event("Workload Retried", it, retried(it));
      case Recovered it -> event("Workload Recovered", it, recovered(it));
      case RetryRefused it -> event("Retry Refused", it, object().put("why", it.why()));
    };
  }

  private static BusEvent event(String type, Announcement announcement, ObjectNode content) {
    var detail = object();
    detail.set("origin", OriginDocument.of(announcement.origin()));
    detail.put("sentence", harmless(said(announcement)));
    detail.setAll(content);
    return new BusEvent(type, detail.toString());
  }

  /** What people read; a diagnosis with what they can do. */
  private static String said(Announcement announcement) {
    return announcement instanceof Diagnosed it
        ? Sentence.of(it)
            + it.advice().remedies().stream()
                .map(remedy -> "; " + remedy.words())
                .collect(Collectors.joining())
        : Sentence.of(announcement);
  }

  /** Text of a log ends up in chats, where it may call no one, and link and dress up nothing. */
  private static String harmless(String text) {
    return text.replace('<', '\u2039')
        .replace('>', '\u203a')
        .replace('[', '(')
        .replace(']', ')')
        .replace('`', '\'');
  }

  private static ObjectNode diagnosed(Diagnosed step) {
    PullFailed diagnosis = step.diagnosis();
    var detail = object().put("cause", diagnosis.cause().name());
    var images = detail.putArray("images");
    diagnosis.images().forEach(image -> images.add(image.toString()));
    var evidence = diagnosis.evidence();
    detail.set(
        "evidence",
        object()
            .put("place", evidence.place().name())
            .put("line", evidence.line())
            .put("number", evidence.number())
            .put("certainty", evidence.certainty().name()));
    var remedies = detail.putArray("remedies");
    for (var remedy : step.advice().remedies()) {
      remedies.add(object().put("words", remedy.words()).put("text", remedy.text()));
    }
    return detail.put("decisive", diagnosis.decisive()).put("next", next(step.plan()));
  }

  private static String next(ReplicationPlan plan) {
    return switch (plan) {
      case ReplicationPlan.Replicate it -> "copy " + it.requests().size() + " image(s)";
      case ReplicationPlan.ReportOnly it -> it.why();
    };
  }

  private static ObjectNode replicated(Replicated step) {
    var result = step.result();
    var detail =
        object()
            .put("image", result.image().toString())
            .put("copy", result.copy().toString())
            .put("source", result.source().toString())
            .put("decisive", step.request().decisive());
    var images = detail.putArray("images");
    step.request().images().forEach(image -> images.add(image.toString()));
    detail.set("tally", tally(result.tally()));
    var remarks = detail.putArray("remarks");
    result.remarks().forEach(remarks::add);
    return detail;
  }

  private static ObjectNode tally(Tally tally) {
    return object()
        .put("bytes", tally.bytes())
        .put("blobsMoved", tally.blobsMoved())
        .put("blobsPresent", tally.blobsPresent())
        .put("manifests", tally.manifests())
        .put("countedRequests", tally.counted())
        .put("milliseconds", tally.elapsed().toMillis());
  }

  private static ObjectNode retried(Retried step) {
    var detail =
        object()
            .put("started", step.started())
            .put("attempt", step.chain().attempt())
            .put("by", step.by());
    var copies = detail.putArray("copies");
    step.chain().copies().stream().map(Copy::toString).forEach(copies::add);
    var differences = detail.putArray("differences");
    step.differences().forEach(differences::add);
    return detail;
  }

  private static ObjectNode recovered(Recovered step) {
    var detail = object().put("build", step.build()).put("projectRestored", step.restored());
    var after = step.after();
    return after == null ? detail : detail.put("secondsSinceFailure", after.toSeconds());
  }

  private static ObjectNode object() {
    return JSON.createObjectNode();
  }
}
