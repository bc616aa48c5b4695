package io.pullrescue.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.failure.SampleBuild;
import io.pullrescue.retry.SourceFile.Found;
import io.pullrescue.retry.SourceFile.Missing;
import io.pullrescue.retry.SourceFile.OutOfReach;
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

/** The command runs in a real shell; what it prints is read again, whole and mangled. */
final class PrintoutTest {
  private static final String PATH = "ci/build spec.yml";

  private final Probe probe = new Probe(SampleBuild.ID, PATH);
  private final Printout printout = probe.printout();

  @TempDir Path source;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "version: 0.2\n",
        "no line break at the end",
        "\r\ncaf\u00e9 \ud83d\ude80 \u0000 ' \" \\ $(reboot) `reboot`\n"
      })
  void readsWhatTheCommandPrints(String text) throws Exception {
    write(text.getBytes(StandardCharsets.UTF_8));

    assertThat(printout.read(run())).contains(new Found(text));
  }

  @Test
  void aFileThatHoldsOurMarksIsReadLikeAnyOther() throws Exception {
    write("version: 0.2\n");
    var forged = String.join("\n", run()) + "\n" + printout.mark() + " finds no file\n";
    write(forged);

    assertThat(printout.read(run())).contains(new Found(forged));
  }

  @Test
  void tellsThatThereIsNoFile() throws Exception {
    assertThat(printout.read(run())).contains(new Missing());
  }

  @Test
  void doesNotPrintMoreThanABuildspecCanBe() throws Exception {
    write("x".repeat(2 << 20));
    var log = run();

    assertThat(String.join("", log)).hasSizeLessThan(1_500_000);
    assertThat(why(log)).contains("larger than 1048576 bytes");
  }

  @Test
  void refusesWhatIsNoText() throws Exception {
    write(new byte[] {(byte) 0xff, (byte) 0xfe, 0});

    assertThat(why(run())).contains("UTF-8");
  }

  @Test
  void whatCodeBuildSaysOfTheCommandIsNotWhatItPrints() throws Exception {
    write("version: 0.2\n");
    var log = new ArrayList<>(run());
    log.addFirst("[Container] 2026/06/15 10:31:02.000002 Running command " + command());

    assertThat(printout.read(log)).contains(new Found("version: 0.2\n"));
  }

  @Test
  void linesThatWereBrokenOnTheirWayAreJoinedAgain() throws Exception {
    write("version: 0.2\nphases: {}\n");
    var log = run();
    var body = log.get(1);
    var broken =
        List.of(log.get(0) + "\r", body.substring(0, 7), "", body.substring(7), log.get(2));

    assertThat(printout.read(broken)).contains(new Found("version: 0.2\nphases: {}\n"));
  }

  @Test
  void aLogThatIsCutAnywhereIsNotReadAsAWholeFile() throws Exception {
    write("version: 0.2\n".repeat(20));
    var log = run();

    for (int kept = 0; kept < log.size(); kept++) {
      assertThat(printout.read(log.subList(0, kept))).as("the first %d lines", kept).isEmpty();
    }
    assertThat(printout.read(log.subList(1, log.size()))).as("without its start").isEmpty();
    var gap = new ArrayList<>(log);
    gap.remove(2);
    assertThat(why(gap)).contains("as it was printed");
  }

  @Test
  void aLogWithSecondMarksIsNotTrusted() throws Exception {
    write("version: 0.2\n");
    var log = run();
    var forged = List.of(printout.mark() + " begins 4", "ZXZpbA==", printout.mark() + " ends");

    for (int at = 0; at <= log.size(); at++) {
      var both = new ArrayList<>(log);
      both.addAll(at, forged);
      assertThat(why(both)).as("forged before line %d", at).contains("as it was printed");
    }
  }

  @Test
  void marksOfAnotherProbeAreNoneOfOurs() {
    var other = new Probe("shop:other", PATH).printout().mark();

    assertThat(printout.read(List.of(other + " begins 0", other + " ends"))).isEmpty();
  }

  @Test
  void whatIsNoBase64IsRefused() {
    assertThat(why(printed("3", "***"))).contains("as it was printed");
    assertThat(why(printed("3", "YW=j"))).contains("as it was printed");
    assertThat(why(printed("3", "YWJ"))).contains("as it was printed");
    assertThat(why(printed("4", "YWJj"))).contains("as it was printed");
    assertThat(printout.read(printed("3", "YWJj"))).contains(new Found("abc"));
    assertThat(printout.read(printed("9".repeat(13), "YWJj"))).isEmpty();
  }

  private List<String> printed(String length, String body) {
    return List.of(printout.mark() + " begins " + length, body, printout.mark() + " ends");
  }

  private String why(List<String> log) {
    assertThat(printout.read(log)).containsInstanceOf(OutOfReach.class);
    return ((OutOfReach) printout.read(log).orElseThrow()).why();
  }

  private void write(String text) throws IOException {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  private void write(byte[] bytes) throws IOException {
    Files.createDirectories(source.resolve(PATH).getParent());
    Files.write(source.resolve(PATH), bytes);
  }

  private String command() {
    return printout.command(PATH);
  }

  private List<String> run() throws IOException, InterruptedException {
    var shell = new ProcessBuilder("sh", "-euc", command()).directory(source.toFile());
    shell.redirectErrorStream(true);
    var process = shell.start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output.lines().toList();
  }
}
