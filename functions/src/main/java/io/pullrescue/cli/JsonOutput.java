package io.pullrescue.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.diagnosis.Diagnosis;
import io.pullrescue.diagnosis.Diagnosis.NotAPullFailure;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.Evidence;
import io.pullrescue.diagnosis.remediation.Remediation;
import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Formats a diagnosis as JSON. The names are those of the message corpus and its scorer. */
final class JsonOutput {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonOutput() {}

  /** A line of input. */
  record InputLine(String id, String text) {
    /** Returns the line; empty if it is not a JSON object with both. */
    static Optional<InputLine> parse(String line) {
      try {
        var json = JSON.readTree(line);
        var id = json.path("id");
        var text = json.path("text");
        return id.isValueNode() && text.isTextual()
            ? Optional.of(new InputLine(id.asText(), text.asText()))
            : Optional.empty();
      } catch (JsonProcessingException notJson) {
        return Optional.empty();
      }
    }
  }

  static String format(Diagnosis diagnosis) {
    return write(toDocument(null, diagnosis));
  }

  static String format(String id, Diagnosis diagnosis) {
    return write(toDocument(id, diagnosis));
  }

  static String write(Object document) {
    try {
      return JSON.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot be written as JSON: " + document.getClass(), e);
    }
  }

  private static DiagnosisDocument toDocument(@Nullable String id, Diagnosis diagnosis) {
    return switch (diagnosis) {
      case NotAPullFailure() ->
          new DiagnosisDocument(id, "NOT_A_PULL_FAILURE", null, List.of(), null, null, null);
      case PullFailed failed ->
          new DiagnosisDocument(
              id,
              failed.cause().name(),
              failed.reasonKnown(),
              failed.images().stream().map(ImageReference::toString).toList(),
              failed.images().stream().map(image -> ImageDocument.of(image, failed)).toList(),
              EvidenceDocument.of(failed.evidence()),
              AdviceDocument.of(TextOutput.remediation(failed)));
    };
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonPropertyOrder({"id", "cause", "images", "imageCauses", "reasonKnown", "evidence", "advice"})
  private record DiagnosisDocument(
      @Nullable String id,
      String cause,
      @Nullable Boolean reasonKnown,
      List<String> images,
      @Nullable List<ImageDocument> imageCauses,
      @Nullable EvidenceDocument evidence,
      @Nullable AdviceDocument advice) {}

  @JsonPropertyOrder({"image", "cause", "fixableByMirroring"})
  private record ImageDocument(String image, String cause, boolean fixableByMirroring) {
    static ImageDocument of(ImageReference image, PullFailed failed) {
      var cause = failed.causeOf(image);
      return new ImageDocument(
          image.toString(), cause.cause().name(), failed.fixableImages().contains(image));
    }
  }

  @JsonPropertyOrder({"line", "number", "certainty"})
  private record EvidenceDocument(String line, int number, String certainty) {
    static EvidenceDocument of(Evidence evidence) {
      return new EvidenceDocument(
          evidence.text(), evidence.lineNumber(), evidence.confidence().name());
    }
  }

  @JsonPropertyOrder({"rescued", "summary", "remedies"})
  private record AdviceDocument(boolean rescued, String summary, List<RemedyDocument> remedies) {
    static AdviceDocument of(Remediation remediation) {
      return new AdviceDocument(
          remediation.automatic(),
          remediation.summary(),
          remediation.steps().stream().map(RemedyDocument::of).toList());
    }
  }

  @JsonPropertyOrder({"words", "text"})
  private record RemedyDocument(String words, @Nullable String text) {
    static RemedyDocument of(Remediation.Step step) {
      return new RemedyDocument(step.description(), step.snippet());
    }
  }
}
