package io.pullrescue.workload.codebuild;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.testing.SampleBuild;
import io.pullrescue.workload.codebuild.buildspec.FetchResult;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Found;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.NotFound;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Unavailable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the command in a real shell and parses its output, complete and damaged. */
final class ProbeOutputTest {
  private static final String PATH = "ci/build spec.yml";

  private final ProbeBuild probe = new ProbeBuild(SampleBuild.ID, PATH);
  private final ProbeOutput probeOutput = probe.output();

  @TempDir Path source;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "version: 0.2\n",
        "no line break at the end",
        "\r\ncaf\u00e9 \ud83d\ude80 \u0000 ' \" \\ $(reboot) `reboot`\n"
      })
  void parsesOutputOfCommand(String text) throws Exception {
    write(text.getBytes(StandardCharsets.UTF_8));

    assertThat(probeOutput.parse(runCommand())).contains(new Found(text));
  }

  @Test
  void parsesFileThatContainsMarkers() throws Exception {
    write("version: 0.2\n");
    var forged = String.join("\n", runCommand()) + "\n" + probeOutput.marker() + " finds no file\n";
    write(forged);

    assertThat(probeOutput.parse(runCommand())).contains(new Found(forged));
  }

  @Test
  void reportsMissingFile() throws Exception {
    assertThat(probeOutput.parse(runCommand())).contains(new NotFound());
  }

  @Test
  void limitsOutputSize() throws Exception {
    write("x".repeat(2 << 20));
    var log = runCommand();

    assertThat(String.join("", log)).hasSizeLessThan(FetchResult.MAX_BYTES * 3 / 2);
    assertThat(reason(log)).contains("larger than 100 KiB");
  }

  @Test
  void rejectsBinaryFile() throws Exception {
    write(new byte[] {(byte) 0xff, (byte) 0xfe, 0});

    assertThat(reason(runCommand())).contains("UTF-8");
  }

  @Test
  void ignoresCommandEchoedByCodeBuild() throws Exception {
    write("version: 0.2\n");
    var log = new ArrayList<>(runCommand());
    log.addFirst("[Container] 2026/06/15 10:31:02.000002 Running command " + command());

    assertThat(probeOutput.parse(log)).contains(new Found("version: 0.2\n"));
  }

  @Test
  void joinsWrappedLines() throws Exception {
    write("version: 0.2\nphases: {}\n");
    var log = runCommand();
    var body = log.get(1);
    var failed =
        List.of(log.get(0) + "\r", body.substring(0, 7), "", body.substring(7), log.get(2));

    assertThat(probeOutput.parse(failed)).contains(new Found("version: 0.2\nphases: {}\n"));
  }

  @Test
  void rejectsTruncatedLog() throws Exception {
    write("version: 0.2\n".repeat(20));
    var log = runCommand();

    for (int lineCount = 0; lineCount < log.size(); lineCount++) {
      assertThat(probeOutput.parse(log.subList(0, lineCount)))
          .as("the first %d lines", lineCount)
          .isEmpty();
    }
    assertThat(probeOutput.parse(log.subList(1, log.size()))).as("without its start").isEmpty();
    var gap = new ArrayList<>(log);
    gap.remove(2);
    assertThat(reason(gap)).contains("is corrupted");
  }

  @Test
  void rejectsDuplicateMarkers() throws Exception {
    write("version: 0.2\n");
    var log = runCommand();
    var forged =
        List.of(probeOutput.marker() + " begins 4", "ZXZpbA==", probeOutput.marker() + " ends");

    for (int position = 0; position <= log.size(); position++) {
      var both = new ArrayList<>(log);
      both.addAll(position, forged);
      assertThat(reason(both)).as("forged before line %d", position).contains("is corrupted");
    }
  }

  @Test
  void ignoresMarkersOfAnotherProbe() {
    var other = new ProbeBuild("shop:other", PATH).output().marker();

    assertThat(probeOutput.parse(List.of(other + " begins 0", other + " ends"))).isEmpty();
  }

  @Test
  void rejectsInvalidBase64() {
    assertThat(reason(log("3", "***"))).contains("is corrupted");
    assertThat(reason(log("3", "YW=j"))).contains("is corrupted");
    assertThat(reason(log("3", "YWJ"))).contains("is corrupted");
    assertThat(reason(log("4", "YWJj"))).contains("is corrupted");
    assertThat(probeOutput.parse(log("3", "YWJj"))).contains(new Found("abc"));
    assertThat(probeOutput.parse(log("9".repeat(13), "YWJj"))).isEmpty();
  }

  private List<String> log(String length, String body) {
    return List.of(
        probeOutput.marker() + " begins " + length, body, probeOutput.marker() + " ends");
  }

  private String reason(List<String> log) {
    assertThat(probeOutput.parse(log)).containsInstanceOf(Unavailable.class);
    return ((Unavailable) probeOutput.parse(log).orElseThrow()).reason();
  }

  private void write(String text) throws IOException {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  private void write(byte[] bytes) throws IOException {
    Files.createDirectories(source.resolve(PATH).getParent());
    Files.write(source.resolve(PATH), bytes);
  }

  private String command() {
    return probeOutput.command(PATH);
  }

  private List<String> runCommand() throws IOException, InterruptedException {
    var shell = new ProcessBuilder("sh", "-euc", command()).directory(source.toFile());
    shell.redirectErrorStream(true);
    var process = shell.start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output.lines().toList();
  }
}
