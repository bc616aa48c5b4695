package io.pullrescue.command;

import io.pullrescue.diagnosis.Diagnosis;
import io.pullrescue.diagnosis.Diagnostician;
import io.pullrescue.failure.Excerpt;
import io.pullrescue.failure.Failure;
import io.pullrescue.failure.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Reads a message, or many, and says which image could not be pulled, why, and what helps. */
public final class DiagnoseCommand {
  private static final String USAGE =
      "usage: diagnose [--json] [FILE]     the message is read from standard input without FILE\n"
          + "       diagnose --jsonl FILE      one {\"id\", \"text\"} a line";

  /** sysexits.h: EX_USAGE, EX_DATAERR, EX_NOINPUT. */
  private static final int WRONG_USE = 64;

  private static final int WRONG_DATA = 65;
  private static final int NO_INPUT = 66;

  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;

  DiagnoseCommand(InputStream in, PrintStream out, PrintStream err) {
    this.in = in;
    this.out = out;
    this.err = err;
  }

  /** Runs the command and ends with its exit code. */
  public static void main(String[] arguments) {
    var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    var code = new DiagnoseCommand(System.in, out, err).run(List.of(arguments));
    out.flush();
    System.exit(code);
  }

  int run(List<String> arguments) {
    try {
      if (arguments.equals(List.of("--help")) || arguments.equals(List.of("-h"))) {
        out.println(USAGE);
        return 0;
      }
      if (arguments.size() == 2 && arguments.getFirst().equals("--jsonl")) {
        return many(Path.of(arguments.get(1)));
      }
      var json = !arguments.isEmpty() && arguments.getFirst().equals("--json");
      var files = json ? arguments.subList(1, arguments.size()) : arguments;
      return files.size() > 1 || files.stream().anyMatch(file -> file.startsWith("-"))
          ? complain(WRONG_USE, USAGE)
          : one(text(files), json);
    } catch (NoSuchFileException missing) {
      return complain(NO_INPUT, "there is no file " + missing.getFile());
    } catch (IOException unreadable) {
      return complain(NO_INPUT, "cannot read the message: " + unreadable);
    }
  }

  private String text(List<String> files) throws IOException {
    var bytes = files.isEmpty() ? in.readAllBytes() : Files.readAllBytes(Path.of(files.getFirst()));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private int one(String text, boolean json) {
    if (text.isBlank()) {
      return complain(WRONG_DATA, "the message is empty");
    }
    var diagnosis = diagnose(text);
    out.println(json ? JsonAnswer.of(diagnosis) : PlainAnswer.of(diagnosis));
    return 0;
  }

  private int many(Path file) throws IOException {
    var number = 0;
    try (var lines = Files.newBufferedReader(file)) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (line.isBlank()) {
          continue;
        }
        var item = JsonAnswer.Item.parse(line);
        if (item.isEmpty()) {
          return complain(
              WRONG_DATA, file + ", line " + number + ": not a JSON object with id and text");
        }
        out.println(JsonAnswer.of(item.get().id(), diagnose(item.get().text())));
      }
    }
    return 0;
  }

  private static Diagnosis diagnose(String text) {
    var excerpt = new Excerpt(Excerpt.Place.MESSAGE, text);
    return new Diagnostician()
        .diagnose(new Failure(new Origin.Person("command line"), null, List.of(excerpt)));
  }

  private int complain(int code, String why) {
    err.println(why);
    return code;
  }
}
