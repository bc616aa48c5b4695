package io.pullrescue.cli;

import io.pullrescue.logging.LogSettings;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** Runs the parts of pull-rescue that call no AWS API. */
@Command(
    name = "pull-rescue",
    mixinStandardHelpOptions = true,
    versionProvider = Main.ManifestVersion.class,
    synopsisSubcommandLabel = "COMMAND",
    description =
        "Diagnoses failed image pulls, reports rescues, and copies images between registries.")
public final class Main {
  /**
   * Runs a command and ends the JVM with its exit code.
   *
   * @param arguments the command and its arguments
   */
  public static void main(String[] arguments) {
    LogSettings.useTerminal();
    var out = writer(FileDescriptor.out);
    var err = writer(FileDescriptor.err);
    var exitCode = commandLine(System.in).setOut(out).setErr(err).execute(arguments);
    out.flush();
    err.flush();
    System.exit(exitCode);
  }

  /** Returns the command line with all commands; some read from this input. */
  static CommandLine commandLine(InputStream in) {
    return new CommandLine(new Main())
        .addSubcommand(new DiagnoseCommand(in))
        .addSubcommand(new ReplicateCommand())
        .addSubcommand(new RestoreProjectCommand(in))
        .addSubcommand(new ReportCommand(in, InstantSource.system()))
        .addSubcommand(new GenerateCompletion())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler((exception, command, result) -> {
          if (!(exception instanceof IllegalArgumentException)) {
            throw exception;
          }
          command.getErr().println(exception.getMessage() + "; see --help");
          return command.getCommandSpec().exitCodeOnInvalidInput();
        });
  }

  /** Writes UTF-8, whatever the locale is. */
  private static PrintWriter writer(FileDescriptor descriptor) {
    return new PrintWriter(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }

  /** Reads the version from the manifest of the jar. */
  static final class ManifestVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
      var version = Optional.ofNullable(Main.class.getPackage().getImplementationVersion());
      return new String[] {"pull-rescue " + version.orElse("(not packaged)")};
    }
  }
}
