package io.pullrescue.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.text.SecretSamples;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiagnoseCommandTest {
  private static final String RATE_LIMIT_LOG = "Step 1/2 : FROM ruby:2.7\ntoomanyrequests: x";

  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void printsDiagnosisAsText() {
    assertThat(run(RATE_LIMIT_LOG)).isZero();
    assertThat(out.toString(UTF_8))
        .contains("cause:    RATE_LIMITED")
        .contains("image:    docker.io/library/ruby:2.7")
        .contains("line 2:   toomanyrequests: x")
        .contains("Where pull-rescue is deployed, it copies the image to Amazon ECR");
  }

  @Test
  void printsDiagnosisAsJson() {
    assertThat(run(RATE_LIMIT_LOG, "--json")).isZero();
    assertThat(out.toString(UTF_8))
        .startsWith("{\"cause\":\"RATE_LIMITED\",\"images\":[\"docker.io/library/ruby:2.7\"],")
        .contains("\"certainty\":\"NAMED_BY_CONTEXT\"");
  }

  @Test
  void printsNoSecretOfLog() {
    for (var sample : SecretSamples.all().values()) {
      for (var log : SecretSamples.logsWith(sample)) {
        for (var options : List.of(new String[] {}, new String[] {"--json"})) {
          out.reset();
          err.reset();
          run(log, options);

          assertThat(out.toString(UTF_8) + err.toString(UTF_8)).doesNotContain(sample.secrets());
        }
      }
    }
  }

  @Test
  void reportsTextWithoutPullFailure() {
    assertThat(run("make: *** [all] Error 2")).isZero();
    assertThat(out.toString(UTF_8)).startsWith("No image pull failure was found");
  }

  @Test
  void tellsByExitCodeWhetherPullFailed() throws IOException {
    var none = Files.writeString(folder.resolve("none"), "{\"id\":\"a\",\"text\":\"hello\"}\n");

    assertThat(run(RATE_LIMIT_LOG, "--exit-code")).isZero();
    assertThat(run("make: *** [all] Error 2", "--exit-code")).isEqualTo(1);
    assertThat(run("", "--exit-code", "--jsonl", none.toString())).isEqualTo(1);
    assertThat(run(" \n", "--exit-code")).isEqualTo(65);
  }

  @Test
  void readsInputFile() throws IOException {
    var file = Files.writeString(folder.resolve("log"), RATE_LIMIT_LOG);

    assertThat(run("", file.toString())).isZero();
    assertThat(out.toString(UTF_8)).contains("RATE_LIMITED");
  }

  @Test
  void diagnosesEachLineOfJsonLinesFile() throws IOException {
    var file =
        Files.writeString(
            folder.resolve("many"),
            """
            {"id":"a","text":"Step 1/2 : FROM ruby:2.7\\ntoomanyrequests: x"}

            {"id":"b","text":"hello"}
            """);

    assertThat(run("", "--jsonl", file.toString())).isZero();
    assertThat(out.toString(UTF_8).lines())
        .satisfiesExactly(
            first -> assertThat(first).startsWith("{\"id\":\"a\",\"cause\":\"RATE_LIMITED\""),
            second ->
                assertThat(second)
                    .isEqualTo("{\"id\":\"b\",\"cause\":\"NOT_A_PULL_FAILURE\",\"images\":[]}"));
  }

  @Test
  void namesInvalidLineOfJsonLinesFile() throws IOException {
    var file = Files.writeString(folder.resolve("many"), "{\"id\":\"a\",\"text\":\"x\"}\n[1]\n");

    assertThat(run("", "--jsonl", file.toString())).isEqualTo(65);
    assertThat(err.toString(UTF_8)).contains("line 2: not a JSON object with id and text");
  }

  @Test
  void rejectsInvalidArgumentsAndInput() {
    assertThat(run("x", "--nonsense")).isEqualTo(64);
    assertThat(run("x", "a", "b")).isEqualTo(64);
    assertThat(run("x", "--json", "--jsonl", "a")).isEqualTo(64);
    assertThat(run("x", "--jsonl", "a", "b")).isEqualTo(64);
    assertThat(run(" \n")).isEqualTo(65);
    assertThat(run("", folder.resolve("missing").toString())).isEqualTo(66);
    assertThat(err.toString(UTF_8))
        .contains("Usage: pull-rescue diagnose", "the input is empty", "file not found: ");
  }

  private int run(String in, String... arguments) {
    var commandLine = Main.commandLine(new ByteArrayInputStream(in.getBytes(UTF_8)));
    commandLine.setOut(new PrintWriter(out, true, UTF_8)).setErr(new PrintWriter(err, true, UTF_8));
    return commandLine.execute(
        Stream.concat(Stream.of("diagnose"), Stream.of(arguments)).toArray(String[]::new));
  }
}
