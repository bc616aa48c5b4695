package io.pullrescue.event.publish;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.pullrescue.config.EventNames;
import io.pullrescue.diagnosis.ImageOccurrence;
import io.pullrescue.diagnosis.remediation.Remediation;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.EventJson;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.RescueEvent.Diagnosed;
import io.pullrescue.event.publish.RescueEvent.Recovered;
import io.pullrescue.event.publish.RescueEvent.Replicated;
import io.pullrescue.event.publish.RescueEvent.ReplicationFailed;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.request.ReplicationPlan;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An event as it is put on the bus. {@code events/schemas} has the schema of each detail.
 *
 * @param detailType the type, which rules match
 * @param summary the event as a sentence for people, without markup; the detail has it as well
 * @param detail JSON
 */
public record PublishedEvent(String detailType, String summary, String detail) {
  /** Returns the published form of an event. */
  public static PublishedEvent of(RescueEvent event) {
    var summary = escapeForChat(EventSummary.forPeople(event));
    return new PublishedEvent(detailType(event), summary, EventJson.write(detail(event, summary)));
  }

  private static String detailType(RescueEvent event) {
    return switch (event) {
      case Diagnosed _ -> EventNames.PULL_FAILURE_DIAGNOSED;
      case Replicated _ -> EventNames.IMAGE_REPLICATED;
      case ReplicationFailed _ -> EventNames.IMAGE_REPLICATION_FAILED;
      case Retried _ -> EventNames.WORKLOAD_RETRIED;
      case Recovered _ -> EventNames.WORKLOAD_RECOVERED;
      case RetrySkipped _ -> EventNames.RETRY_SKIPPED;
    };
  }

  private static Object detail(RescueEvent event, String summary) {
    return switch (event) {
      case Diagnosed diagnosed -> DiagnosedDetail.of(diagnosed, summary);
      case Replicated replicated -> ImageReplicatedDetail.of(replicated, summary);
      case ReplicationFailed failed ->
          new ReplicationFailedDetail(
              failed.trigger(), summary, failed.image().toString(), failed.reason());
      case Retried retried -> RetriedDetail.of(retried, summary);
      case Recovered recovered -> RecoveredDetail.of(recovered, summary);
      case RetrySkipped skipped ->
          new RetrySkippedDetail(skipped.trigger(), summary, skipped.reason());
    };
  }

  /**
   * Replaces the characters of mentions, links and formatting: the summary quotes text of logs and
   * is shown in chats.
   */
  static String escapeForChat(String text) {
    return text.replace('<', '\u2039')
        .replace('>', '\u203a')
        .replace('[', '(')
        .replace(']', ')')
        .replace('`', '\'');
  }

  private static List<String> strings(List<ImageReference> images) {
    return images.stream().map(ImageReference::toString).toList();
  }

  @JsonPropertyOrder({
    "trigger",
    "summary",
    "cause",
    "images",
    "evidence",
    "remediation",
    "causedFailure",
    "plan",
    "nextAction",
    "occurrences"
  })
  private record DiagnosedDetail(
      Trigger trigger,
      String summary,
      String cause,
      List<String> images,
      EvidenceDetail evidence,
      List<Remediation.Step> remediation,
      boolean causedFailure,
      Plan plan,
      String nextAction,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<OccurrenceDetail> occurrences) {
    static DiagnosedDetail of(Diagnosed event, String summary) {
      var diagnosis = event.diagnosis();
      var evidence = diagnosis.evidence();
      return new DiagnosedDetail(
          event.trigger(),
          summary,
          diagnosis.cause().name(),
          strings(diagnosis.images()),
          new EvidenceDetail(
              evidence.source().name(),
              evidence.text(),
              evidence.lineNumber(),
              evidence.confidence().name()),
          event.remediation().steps(),
          diagnosis.causedFailure(),
          Plan.of(event.plan()),
          EventSummary.nextAction(event.plan()),
          event.occurrences().stream().map(OccurrenceDetail::of).toList());
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonPropertyOrder({"image", "file", "lineNumber", "text"})
  private record OccurrenceDetail(
      String image, String file, @Nullable Integer lineNumber, String text) {
    static OccurrenceDetail of(ImageOccurrence occurrence) {
      return new OccurrenceDetail(
          occurrence.image().toString(),
          occurrence.file(),
          occurrence.line() == 0 ? null : occurrence.line(),
          occurrence.text());
    }
  }

  private enum Plan {
    REPLICATE,
    REPORT_ONLY;

    static Plan of(ReplicationPlan plan) {
      return switch (plan) {
        case ReplicationPlan.Replicate _ -> REPLICATE;
        case ReplicationPlan.ReportOnly _ -> REPORT_ONLY;
      };
    }
  }

  @JsonPropertyOrder({"source", "text", "lineNumber", "confidence"})
  private record EvidenceDetail(String source, String text, int lineNumber, String confidence) {}

  @JsonPropertyOrder({"trigger", "summary", "image", "reason"})
  private record ReplicationFailedDetail(
      Trigger trigger, String summary, String image, String reason) {}

  @JsonPropertyOrder({
    "trigger",
    "summary",
    "started",
    "attempt",
    "method",
    "mirroredImages",
    "caveats"
  })
  private record RetriedDetail(
      Trigger trigger,
      String summary,
      String started,
      int attempt,
      String method,
      List<String> mirroredImages,
      List<String> caveats) {
    static RetriedDetail of(Retried event, String summary) {
      return new RetriedDetail(
          event.trigger(),
          summary,
          event.started(),
          event.attempt(),
          event.method(),
          event.mirroredImages().stream().map(MirroredImage::toString).toList(),
          event.caveats());
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonPropertyOrder({
    "trigger",
    "summary",
    "build",
    "projectRestored",
    "projectNote",
    "secondsSinceFailure"
  })
  private record RecoveredDetail(
      Trigger trigger,
      String summary,
      String build,
      boolean projectRestored,
      @Nullable String projectNote,
      @Nullable Long secondsSinceFailure) {
    static RecoveredDetail of(Recovered event, String summary) {
      var seconds = Optional.ofNullable(event.timeSinceFailure()).map(Duration::toSeconds);
      return new RecoveredDetail(
          event.trigger(),
          summary,
          event.buildId(),
          event.projectRestored(),
          event.projectNote(),
          seconds.orElse(null));
    }
  }

  @JsonPropertyOrder({"trigger", "summary", "reason"})
  private record RetrySkippedDetail(Trigger trigger, String summary, String reason) {}

  @JsonPropertyOrder({
    "trigger",
    "summary",
    "image",
    "mirroredImage",
    "source",
    "causedFailure",
    "images",
    "stats",
    "notes"
  })
  private record ImageReplicatedDetail(
      Trigger trigger,
      String summary,
      String image,
      String mirroredImage,
      String source,
      boolean causedFailure,
      List<String> images,
      Stats stats,
      List<String> notes) {
    static ImageReplicatedDetail of(Replicated event, String summary) {
      var result = event.result();
      var stats = result.stats();
      return new ImageReplicatedDetail(
          event.trigger(),
          summary,
          result.image().toString(),
          result.mirroredImage().toString(),
          result.source().toString(),
          event.request().causedFailure(),
          strings(event.request().requiredImages()),
          new Stats(
              stats.bytesCopied(),
              stats.blobsCopied(),
              stats.blobsSkipped(),
              stats.manifests(),
              stats.rateLimitedRequests(),
              stats.elapsed().toMillis()),
          result.notes());
    }

    @JsonPropertyOrder({
      "bytes",
      "blobsCopied",
      "blobsPresent",
      "manifests",
      "rateLimitedRequests",
      "milliseconds"
    })
    private record Stats(
        long bytes,
        int blobsCopied,
        int blobsPresent,
        int manifests,
        int rateLimitedRequests,
        long milliseconds) {}
  }
}
