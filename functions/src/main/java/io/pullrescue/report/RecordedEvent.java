package io.pullrescue.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.config.EventNames;
import io.pullrescue.diagnosis.ImageOccurrence;
import io.pullrescue.event.EventJson;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import io.pullrescue.text.TextSanitizer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A published event, read back. Everybody who may put events can publish with the source of
 * pull-rescue, so that all text is foreign: control characters are replaced, and lengths and
 * numbers of elements are limited.
 *
 * @param time when it was published
 * @param region the AWS Region; may be anything
 * @param trigger what the rescue is for
 * @param step what happened
 */
record RecordedEvent(Instant time, String region, Trigger trigger, Step step) {
  private static final int MAX_ELEMENTS = 50;
  private static final int MAX_LINE = 600;
  private static final int MAX_SNIPPET_LINES = 100;

  /** What an event says. The order is that of a rescue. */
  sealed interface Step {
    /**
     * A pull failure was diagnosed.
     *
     * @param cause the name of the cause; may be unknown
     * @param images in the form that Docker prints
     * @param reportOnly whether no image is mirrored
     * @param nextAction what pull-rescue does, or why it does nothing
     * @param occurrences the lines of files that name the images
     */
    record Diagnosed(
        String cause,
        List<String> images,
        Quote quote,
        List<Remedy> remedies,
        boolean causedFailure,
        boolean reportOnly,
        String nextAction,
        List<ImageOccurrence> occurrences)
        implements Step {}

    /** An image is in the mirror. */
    record Replicated(
        String image,
        String mirroredImage,
        String source,
        long bytes,
        long milliseconds,
        List<String> notes)
        implements Step {}

    /** An image could not be mirrored. */
    record ReplicationFailed(String image, String reason) implements Step {}

    /** The workload is retried. */
    record Retried(
        String started,
        int attempt,
        String method,
        List<String> mirroredImages,
        List<String> caveats)
        implements Step {}

    /** The workload is not retried. */
    record Skipped(String reason) implements Step {}

    /** A retried build succeeded; the number of seconds is negative if it is not known. */
    record Recovered(String build, boolean projectRestored, String projectNote, long seconds)
        implements Step {}
  }

  /** A quoted line, the text that contains it, and its number there. */
  record Quote(String source, String text, int lineNumber) {}

  /** A thing to do; the snippet is empty if the description suffices. */
  record Remedy(String description, String snippet) {}

  /** Reads an event; empty if it is not one that pull-rescue publishes. */
  static Optional<RecordedEvent> parse(JsonNode event) {
    if (!event.path("source").asText().equals(EventNames.SOURCE)) {
      return Optional.empty();
    }
    try {
      var detail = event.path("detail");
      var trigger = EventJson.read(detail.path("trigger").toString(), Trigger.class);
      var step = step(event.path("detail-type").asText(), detail.toString());
      return trigger == null || step == null
          ? Optional.empty()
          : Optional.of(
              new RecordedEvent(
                  Instant.parse(event.path("time").asText()),
                  event.path("region").asText(),
                  clean(trigger),
                  step));
    } catch (JsonProcessingException | DateTimeException malformed) {
      return Optional.empty();
    }
  }

  private static @Nullable Step step(String detailType, String detail)
      throws JsonProcessingException {
    var json = EventJson.read(detail, Detail.class);
    return json == null
        ? null
        : switch (detailType) {
          case EventNames.PULL_FAILURE_DIAGNOSED -> json.diagnosed();
          case EventNames.IMAGE_REPLICATED -> json.replicated();
          case EventNames.IMAGE_REPLICATION_FAILED ->
              new Step.ReplicationFailed(familiar(json.image), line(json.reason));
          case EventNames.WORKLOAD_RETRIED -> json.retried();
          case EventNames.RETRY_SKIPPED -> new Step.Skipped(line(json.reason));
          case EventNames.WORKLOAD_RECOVERED -> json.recovered();
          default -> null;
        };
  }

  private static Trigger clean(Trigger trigger) {
    return switch (trigger) {
      case Trigger.Build build -> new Trigger.Build(line(build.id()), line(build.project()));
      case Trigger.Task task ->
          new Trigger.Task(
              line(task.id()),
              line(task.cluster()),
              line(task.definition()),
              line(task.group()),
              line(task.launchType()),
              line(task.startedBy()));
      case Trigger.Job job ->
          new Trigger.Job(line(job.id()), line(job.queue()), line(job.definition()));
      case Trigger.Manual manual -> new Trigger.Manual(line(manual.id()));
      case Trigger.Refresh refresh -> new Trigger.Refresh(line(refresh.id()));
    };
  }

  private static String line(String text) {
    return TextSanitizer.toPrintable(text.strip(), MAX_LINE);
  }

  private static List<String> lines(List<String> texts) {
    return texts.stream().limit(MAX_ELEMENTS).map(RecordedEvent::line).toList();
  }

  private static String familiar(String reference) {
    return ImageReference.parse(reference)
        .map(ImageReference::familiarString)
        .orElseGet(() -> line(reference));
  }

  private static String block(String text) {
    return text.lines()
        .limit(MAX_SNIPPET_LINES)
        .map(line -> TextSanitizer.toPrintable(line.replace("\t", "  "), MAX_LINE))
        .reduce((first, second) -> first + "\n" + second)
        .orElse("");
  }

  /** The fields of all details. */
  private record Detail(
      String cause,
      List<String> images,
      @Nullable Evidence evidence,
      List<Remediation> remediation,
      boolean causedFailure,
      String plan,
      String nextAction,
      List<Occurrence> occurrences,
      String image,
      String mirroredImage,
      String source,
      @Nullable Stats stats,
      List<String> notes,
      String reason,
      String started,
      int attempt,
      String method,
      List<String> mirroredImages,
      List<String> caveats,
      String build,
      boolean projectRestored,
      String projectNote,
      @JsonProperty("secondsSinceFailure") @Nullable Long seconds) {

    private record Evidence(String source, String text, int lineNumber) {}

    private record Remediation(String description, String snippet) {}

    private record Occurrence(String image, String file, int lineNumber, String text) {
      Stream<ImageOccurrence> read() {
        return ImageReference.parse(image).stream()
            .map(reference ->
                new ImageOccurrence(reference, line(file), Math.max(0, lineNumber), line(text)));
      }
    }

    private record Stats(long bytes, long milliseconds) {}

    Step diagnosed() {
      return new Step.Diagnosed(
          cause,
          images.stream().limit(MAX_ELEMENTS).map(RecordedEvent::familiar).toList(),
          evidence == null
              ? new Quote("", "", 0)
              : new Quote(evidence.source, line(evidence.text), evidence.lineNumber),
          remediation.stream()
              .limit(MAX_ELEMENTS)
              .map(step -> new Remedy(line(step.description), block(step.snippet)))
              .toList(),
          causedFailure,
          plan.equals("REPORT_ONLY"),
          line(nextAction),
          occurrences.stream().limit(MAX_ELEMENTS).flatMap(Occurrence::read).toList());
    }

    Step replicated() {
      return new Step.Replicated(
          familiar(image),
          line(mirroredImage),
          line(source),
          stats == null ? 0 : Math.max(0, stats.bytes),
          stats == null ? 0 : Math.max(0, stats.milliseconds),
          lines(notes));
    }

    Step retried() {
      return new Step.Retried(
          line(started), Math.max(1, attempt), line(method), lines(mirroredImages), lines(caveats));
    }

    Step recovered() {
      return new Step.Recovered(
          line(build), projectRestored, line(projectNote), seconds == null ? -1 : seconds);
    }
  }
}
