package io.pullrescue.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pullrescue.diagnosis.Diagnosis;
import io.pullrescue.diagnosis.Diagnosis.NotAPullFailure;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.remediation.Remediation;
import java.util.Optional;

/** A diagnosis for machines. */
final class JsonOutput {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonOutput() {}

  /** One line of input. */
  record InputLine(String id, String text) {
    /** Empty where the line is not a JSON object with both. */
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
    return describe(JSON.createObjectNode(), diagnosis).toString();
  }

  static String format(String id, Diagnosis diagnosis) {
    return describe(JSON.createObjectNode().put("id", id), diagnosis).toString();
  }

  private static ObjectNode describe(ObjectNode json, Diagnosis diagnosis) {
    return switch (diagnosis) {
      case NotAPullFailure() -> {
        json.put("cause", "NOT_A_PULL_FAILURE").putArray("images");
        yield json;
      }
      case PullFailed failed -> describe(json, failed);
    };
  }

  private static ObjectNode describe(ObjectNode json, PullFailed failed) {
    var images = json.put("cause", failed.cause().name()).putArray("images");
    failed.images().forEach(image -> images.add(image.toString()));
    json.putObject("evidence")
        .put("line", failed.evidence().text())
        .put("number", failed.evidence().lineNumber())
        .put("certainty", failed.evidence().confidence().name());
    var remediation = TextOutput.remediation(failed);
    var steps =
        json.putObject("advice")
            .put("rescued", remediation.automatic())
            .put("summary", remediation.summary())
            .putArray("remedies");
    for (Remediation.Step step : remediation.steps()) {
      steps.addObject().put("words", step.description()).put("text", step.snippet());
    }
    return json;
  }
}
