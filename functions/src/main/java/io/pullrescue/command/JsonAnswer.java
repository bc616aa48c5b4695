package io.pullrescue.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pullrescue.diagnosis.Advice;
import io.pullrescue.diagnosis.Diagnosis;
import io.pullrescue.diagnosis.Diagnosis.NotAPullFailure;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import java.util.Optional;

/** A diagnosis for machines. */
final class JsonAnswer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonAnswer() {}

  /** One line of input. */
  record Item(String id, String text) {
    /** Empty where the line is not a JSON object with both. */
    static Optional<Item> parse(String line) {
      try {
        var item = JSON.readTree(line);
        var id = item.path("id");
        var text = item.path("text");
        return id.isValueNode() && text.isTextual()
            ? Optional.of(new Item(id.asText(), text.asText()))
            : Optional.empty();
      } catch (JsonProcessingException notJson) {
        return Optional.empty();
      }
    }
  }

  static String of(Diagnosis diagnosis) {
    return describe(JSON.createObjectNode(), diagnosis).toString();
  }

  static String of(String id, Diagnosis diagnosis) {
    return describe(JSON.createObjectNode().put("id", id), diagnosis).toString();
  }

  private static ObjectNode describe(ObjectNode answer, Diagnosis diagnosis) {
    return switch (diagnosis) {
      case NotAPullFailure() -> {
        answer.put("cause", "NOT_A_PULL_FAILURE").putArray("images");
        yield answer;
      }
      case PullFailed failed -> describe(answer, failed);
    };
  }

  private static ObjectNode describe(ObjectNode answer, PullFailed failed) {
    var images = answer.put("cause", failed.cause().name()).putArray("images");
    failed.images().forEach(image -> images.add(image.toString()));
    answer
        .putObject("evidence")
        .put("line", failed.evidence().line())
        .put("number", failed.evidence().number())
        .put("certainty", failed.evidence().certainty().name());
    var advice = PlainAnswer.advice(failed);
    var remedies =
        answer
            .putObject("advice")
            .put("rescued", advice.rescued())
            .put("summary", advice.summary())
            .putArray("remedies");
    for (Advice.Remedy remedy : advice.remedies()) {
      remedies.addObject().put("words", remedy.words()).put("text", remedy.text());
    }
    return answer;
  }
}
