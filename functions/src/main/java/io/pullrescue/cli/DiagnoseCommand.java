package io.pullrescue.cli;

import io.pullrescue.diagnosis.Diagnosis;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.Failure;
import io.pullrescue.diagnosis.LogExcerpt;
import io.pullrescue.diagnosis.PullFailureDiagnoser;
import io.pullrescue.event.Trigger;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Diagnoses one or more texts. */
@Command(
    name = "diagnose",
    mixinStandardHelpOptions = true,
    versionProvider = Main.ManifestVersion.class,
    exitCodeOnInvalidInput = DiagnoseCommand.EX_USAGE,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:the text was diagnosed; with --exit-code: and an image pull failed",
      "1:with --exit-code: no image pull failed",
      "64:the arguments are invalid",
      "65:the input is empty or malformed",
      "66:the input cannot be read"
    },
    description =
        "Diagnoses an error message or a log: which image could not be pulled, why, and what to do.")
final class DiagnoseCommand implements Callable<Integer> {
  /** The exit codes of sysexits.h. */
  static final int EX_USAGE = 64;

  private static final int EX_OK = 0;

  /** As grep does if it finds nothing. */
  private static final int NOT_FOUND = 1;

  private static final int EX_DATAERR = 65;
  private static final int EX_NOINPUT = 66;

  private final InputStream in;

  @Spec private @Nullable CommandSpec spec;

  @ArgGroup private @Nullable Format format;

  @Option(
      names = "--exit-code",
      description = "exit with 1 if no image pull failed; with --jsonl, in none of the texts")
  private boolean exitCode;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "the text to diagnose; standard input by default")
  private @Nullable Path file;

  private static final class Format {
    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Option(
        names = "--jsonl",
        paramLabel = "FILE",
        description = "diagnose each line, a JSON object with id and text; print JSON lines")
    private @Nullable Path jsonLinesFile;
  }

  DiagnoseCommand(InputStream in) {
    this.in = in;
  }

  @Override
  public Integer call() {
    try {
      var jsonLinesFile = format == null ? null : format.jsonLinesFile;
      return jsonLinesFile == null ? diagnoseText() : diagnoseLines(jsonLinesFile);
    } catch (UncheckedIOException unreadable) {
      return fail(EX_NOINPUT, "the input cannot be read: " + unreadable.getMessage());
    } catch (NoSuchFileException missing) {
      return fail(EX_NOINPUT, "file not found: " + missing.getFile() + "; check its path");
    } catch (IOException unreadable) {
      return fail(EX_NOINPUT, "the input cannot be read: " + unreadable.getMessage());
    }
  }

  /** Diagnoses a file in parts, which is read twice: of a pipe, a copy is read. */
  private int diagnoseText() throws IOException {
    if (file != null && Files.isRegularFile(file)) {
      return diagnoseFile(file);
    }
    try (var source = file == null ? in : Files.newInputStream(file)) {
      var copy = Files.createTempFile("pull-rescue-", ".log");
      try {
        Files.copy(source, copy, StandardCopyOption.REPLACE_EXISTING);
        return diagnoseFile(copy);
      } finally {
        Files.delete(copy);
      }
    }
  }

  private int diagnoseFile(Path text) throws IOException {
    if (isBlank(text)) {
      return fail(
          EX_DATAERR,
          "the input is empty; name a FILE with the error message, or write it to standard input");
    }
    var diagnosis = new PullFailureDiagnoser().diagnose(text);
    print(
        format != null && format.json
            ? JsonOutput.format(diagnosis)
            : TextOutput.format(diagnosis));
    return result(diagnosis instanceof PullFailed);
  }

  private static boolean isBlank(Path text) throws IOException {
    try (var bytes = new BufferedInputStream(Files.newInputStream(text))) {
      var next = bytes.read();
      while (next >= 0 && Character.isWhitespace(next)) {
        next = bytes.read();
      }
      return next < 0;
    }
  }

  private int diagnoseLines(Path jsonLinesFile) throws IOException {
    if (file != null) {
      throw new ParameterException(commandSpec().commandLine(), "--jsonl takes one file only");
    }
    var lineNumber = 0;
    var found = false;
    try (var lines = Files.newBufferedReader(jsonLinesFile)) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        lineNumber++;
        if (line.isBlank()) {
          continue;
        }
        var inputLine = JsonOutput.InputLine.parse(line);
        if (inputLine.isEmpty()) {
          return fail(
              EX_DATAERR,
              "%s, line %d: not a JSON object with id and text"
                  .formatted(jsonLinesFile, lineNumber));
        }
        var diagnosis = diagnose(inputLine.get().text());
        found |= diagnosis instanceof PullFailed;
        print(JsonOutput.format(inputLine.get().id(), diagnosis));
      }
    }
    return result(found);
  }

  private int result(boolean found) {
    return exitCode && !found ? NOT_FOUND : EX_OK;
  }

  private static Diagnosis diagnose(String text) {
    var excerpt = new LogExcerpt(LogExcerpt.TextSource.MESSAGE, text);
    return new PullFailureDiagnoser()
        .diagnose(new Failure(new Trigger.Manual("command line"), null, List.of(excerpt)));
  }

  private void print(String text) {
    commandSpec().commandLine().getOut().println(text);
  }

  private int fail(int exitCode, String message) {
    commandSpec().commandLine().getErr().println(message);
    return exitCode;
  }

  private CommandSpec commandSpec() {
    return Objects.requireNonNull(spec, "picocli sets it");
  }
}
