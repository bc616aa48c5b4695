package io.pullrescue.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReportCommandTest {
  private static final Path SAMPLE = Path.of("../events/pull-rescue/image-replicated.json");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          text | One thing to do: start the build again
          json | {"title":"The build of shop has its image in the mirror"
          html | <!DOCTYPE html>
          """)
  void printsReport(String format, String begin) {
    assertThat(run("", "--events", SAMPLE.toString(), "--format", format)).isZero();
    assertThat(out.toString()).startsWith(begin);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void readsStandardInput() throws IOException {
    assertThat(run(Files.readString(SAMPLE), "--events", "-")).isZero();
    assertThat(out.toString()).contains("ruby:2.7 is in the mirror now");
  }

  @Test
  void tellsThatRescueIsNotThere() {
    assertThat(run("", "--events", SAMPLE.toString(), "--trigger", "shop:none")).isEqualTo(1);
    assertThat(err.toString()).contains("check the id and the time range");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void rejectsMissingFileAndOptions() {
    assertThat(run("", "--events", "/nope")).isEqualTo(66);
    assertThat(run("")).isEqualTo(64);
    assertThat(run("", "--events", "-", "--format", "pdf")).isEqualTo(64);
    assertThat(err.toString()).contains("file not found: /nope").doesNotContain("Exception");
  }

  private int run(String input, String... options) {
    var arguments = new String[options.length + 1];
    arguments[0] = "report";
    System.arraycopy(options, 0, arguments, 1, options.length);
    return Main.commandLine(new ByteArrayInputStream(input.getBytes(UTF_8)))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
