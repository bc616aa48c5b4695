package io.pullrescue.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.CopyStats;
import io.pullrescue.replication.ReplicationResult;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @ParameterizedTest
  @ValueSource(
      strings = {"--help", "diagnose --help", "replicate --help", "restore-project --help"})
  void printsHelpToStandardOutput(String arguments) {
    assertThat(run(arguments.split(" "))).isZero();
    assertThat(out.toString(UTF_8)).startsWith("Usage: pull-rescue");
    assertThat(err.toString(UTF_8)).isEmpty();
  }

  @Test
  void printsVersion() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString(UTF_8)).startsWith("pull-rescue ");
  }

  @Test
  void generatesCompletionOfCommands() {
    assertThat(run("generate-completion")).isZero();
    assertThat(out.toString(UTF_8)).contains("diagnose", "replicate", "--platform");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "copy", "--nonsense", "replicate", "replicate a b c"})
  void rejectsInvalidArgumentsWithoutStackTrace(String arguments) {
    assertThat(run(arguments.isEmpty() ? new String[0] : arguments.split(" "))).isEqualTo(2);
    assertThat(err.toString(UTF_8)).isNotBlank().doesNotContain("\tat ");
  }

  @Test
  void reportsRetryDelayInWords() {
    var notes = new StringWriter();
    var deferred =
        new ReplicationResult.Deferred(
            ImageReference.of("ruby:2.7"),
            "the rate limit was exceeded",
            Duration.ofMinutes(1),
            CopyStats.nothingCopied(Duration.ZERO));
    var output = new ReplicationOutput(deferred, 3, false);

    output.print(new PrintWriter(new StringWriter()), new PrintWriter(notes, true));

    assertThat(notes.toString()).contains("the rate limit was exceeded; try again in 1 minute");
    assertThat(output.exitCode()).isEqualTo(75);
    assertThat(output.json())
        .isEqualTo(
            "{\"requests\":3,\"dryRun\":false,\"outcome\":\"postponed\",\"image\":"
                + "\"docker.io/library/ruby:2.7\",\"why\":\"the rate limit was exceeded\","
                + "\"afterSeconds\":60}");
  }

  private int run(String... arguments) {
    return Main.commandLine(InputStream.nullInputStream())
        .setOut(new PrintWriter(out, true, UTF_8))
        .setErr(new PrintWriter(err, true, UTF_8))
        .execute(arguments);
  }
}
