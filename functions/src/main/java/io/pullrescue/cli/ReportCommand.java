package io.pullrescue.cli;

import io.pullrescue.report.RescueReports;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Reports the rescues that recorded events belong to. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    versionProvider = Main.ManifestVersion.class,
    exitCodeOnInvalidInput = DiagnoseCommand.EX_USAGE,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:a report was printed",
      "1:the input has no event of this rescue",
      "64:the arguments are invalid",
      "66:the input cannot be read"
    },
    description = {
      "Reports rescues from the events that pull-rescue has published: whether there is",
      "anything to do, what failed, why, and what became of it. Calls no AWS API;",
      "scripts/report reads the events of a deployed stack."
    })
final class ReportCommand implements Callable<Integer> {
  private static final int EX_OK = 0;
  private static final int NOT_FOUND = 1;
  private static final int EX_NOINPUT = 66;

  private final InputStream in;
  private final InstantSource clock;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--events",
      required = true,
      paramLabel = "FILE",
      description =
          "events as JSON, one a line, or the output of `aws logs filter-log-events`; - for standard input")
  private @Nullable Path file;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text (the default), json (one report a line) or html")
  private Format format = Format.TEXT;

  @Option(
      names = "--trigger",
      paramLabel = "ID",
      description =
          "report only the rescue of this failed build, task or job, or of this retried build")
  private @Nullable String trigger;

  private enum Format {
    TEXT,
    JSON,
    HTML
  }

  ReportCommand(InputStream in, InstantSource clock) {
    this.in = in;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    var commandLine = Objects.requireNonNull(spec, "picocli sets it").commandLine();
    try {
      var reports = RescueReports.of(read(), Optional.ofNullable(trigger), clock.instant());
      if (reports.isEmpty()) {
        commandLine
            .getErr()
            .println("the input has no event of this rescue; check the id and the time range");
        return NOT_FOUND;
      }
      commandLine
          .getOut()
          .print(
              switch (format) {
                case TEXT -> reports.toText();
                case JSON -> reports.toJson();
                case HTML -> reports.toHtml();
              });
      return EX_OK;
    } catch (NoSuchFileException missing) {
      commandLine.getErr().println("file not found: " + missing.getFile() + "; check its path");
    } catch (IOException unreadable) {
      commandLine.getErr().println("the input cannot be read: " + unreadable.getMessage());
    }
    return EX_NOINPUT;
  }

  private String read() throws IOException {
    var path = Objects.requireNonNull(file, "picocli requires it");
    var bytes = path.toString().equals("-") ? in.readAllBytes() : Files.readAllBytes(path);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
