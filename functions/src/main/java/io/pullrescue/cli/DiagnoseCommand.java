package io.pullrescue.cli;

import io.pullrescue.diagnosis.Diagnosis;
import io.pullrescue.diagnosis.Failure;
import io.pullrescue.diagnosis.LogExcerpt;
import io.pullrescue.diagnosis.PullFailureDiagnoser;
import io.pullrescue.event.Trigger;
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
  private static final int EX_USAGE = 64;

  private static final int EX_DATAERR = 65;
  private static final int EX_NOINPUT = 66;

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
    var exitCode = new DiagnoseCommand(System.in, out, err).run(List.of(arguments));
    out.flush();
    System.exit(exitCode);
  }

  int run(List<String> arguments) {
    try {
      if (arguments.equals(List.of("--help")) || arguments.equals(List.of("-h"))) {
        out.println(USAGE);
        return 0;
      }
      if (arguments.size() == 2 && arguments.getFirst().equals("--jsonl")) {
        return diagnoseLines(Path.of(arguments.get(1)));
      }
      var json = !arguments.isEmpty() && arguments.getFirst().equals("--json");
      var files = json ? arguments.subList(1, arguments.size()) : arguments;
      return files.size() > 1 || files.stream().anyMatch(file -> file.startsWith("-"))
          ? fail(EX_USAGE, USAGE)
          : diagnoseText(readInput(files), json);
    } catch (NoSuchFileException missing) {
      return fail(EX_NOINPUT, "there is no file " + missing.getFile());
    } catch (IOException unreadable) {
      return fail(EX_NOINPUT, "cannot read the message: " + unreadable);
    }
  }

  private String readInput(List<String> files) throws IOException {
    var bytes = files.isEmpty() ? in.readAllBytes() : Files.readAllBytes(Path.of(files.getFirst()));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private int diagnoseText(String text, boolean json) {
    if (text.isBlank()) {
      return fail(EX_DATAERR, "the message is empty");
    }
    var diagnosis = diagnose(text);
    out.println(json ? JsonOutput.format(diagnosis) : TextOutput.format(diagnosis));
    return 0;
  }

  private int diagnoseLines(Path file) throws IOException {
    var lineNumber = 0;
    try (var lines = Files.newBufferedReader(file)) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        lineNumber++;
        if (line.isBlank()) {
          continue;
        }
        var inputLine = JsonOutput.InputLine.parse(line);
        if (inputLine.isEmpty()) {
          return fail(
              EX_DATAERR, file + ", line " + lineNumber + ": not a JSON object with id and text");
        }
        out.println(JsonOutput.format(inputLine.get().id(), diagnose(inputLine.get().text())));
      }
    }
    return 0;
  }

  private static Diagnosis diagnose(String text) {
    var excerpt = new LogExcerpt(LogExcerpt.TextSource.MESSAGE, text);
    return new PullFailureDiagnoser()
        .diagnose(new Failure(new Trigger.Manual("command line"), null, List.of(excerpt)));
  }

  private int fail(int exitCode, String message) {
    err.println(message);
    return exitCode;
  }
}
