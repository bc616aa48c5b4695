package io.pullrescue.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pullrescue.diagnosis.Diagnosis;
import io.pullrescue.diagnosis.Diagnosis.NotAPullFailure;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.Diagnostician;
import io.pullrescue.failure.Excerpt;
import io.pullrescue.failure.Failure;
import io.pullrescue.failure.Origin;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads messages and says what failed. */
public final class DiagnoseCommand {
  private static final ObjectMapper JSON = new ObjectMapper();

  private DiagnoseCommand() {}

  /** Runs the command. */
  public static void main(String[] arguments) throws IOException {
    var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    try (var lines = Files.lines(Path.of(arguments[1]))) {
      for (var line : (Iterable<String>) lines::iterator) {
        out.println(answer(line));
      }
    }
    out.flush();
  }

  private static String answer(String line) throws JsonProcessingException {
    var item = JSON.readTree(line);
    var answer = JSON.createObjectNode().put("id", item.path("id").asText());
    return describe(answer, diagnose(item.path("text").asText())).toString();
  }

  private static Diagnosis diagnose(String text) {
    var excerpt = new Excerpt(Excerpt.Place.MESSAGE, text);
    return new Diagnostician()
        .diagnose(new Failure(new Origin.Person("command line"), null, List.of(excerpt)));
  }

  private static ObjectNode describe(ObjectNode answer, Diagnosis diagnosis) {
    return switch (diagnosis) {
      case NotAPullFailure() -> {
        answer.put("cause", "NOT_A_PULL_FAILURE").putArray("images");
        yield answer;
      }
      case PullFailed failed -> {
        var images = answer.put("cause", failed.cause().name()).putArray("images");
        failed.images().forEach(image -> images.add(image.toString()));
        yield answer;
      }
    };
  }
}
