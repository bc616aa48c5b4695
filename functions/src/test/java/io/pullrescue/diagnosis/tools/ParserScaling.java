package io.pullrescue.diagnosis.tools;

import io.pullrescue.diagnosis.MessageCorpus;
import io.pullrescue.registry.ManifestScaling;
import io.pullrescue.workload.codebuild.buildspec.Buildspec;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures how the time of a diagnosis grows with the text, and prints a table of milliseconds by
 * megabytes; and the same for buildspecs and manifests. {@link StepCounter} counts the same in
 * steps, and the test of manifests in tokens.
 */
public final class ParserScaling {
  private static final int MEGABYTE = 1_000_000;

  private ParserScaling() {}

  /** Prints one row for each text; the argument is the largest size in megabytes (64). */
  public static void main(String[] arguments) {
    var maxMegabytes = arguments.length == 0 ? 64 : Integer.parseInt(arguments[0]);
    System.out.print("| milliseconds for a text of |");
    for (var size = 1; size <= maxMegabytes; size *= 2) {
      System.out.printf(" %d MB |", size);
    }
    System.out.println();
    texts().forEach((name, piece) -> printRow(System.out, name, piece, maxMegabytes));
    printBuildspecs(System.out);
    System.out.println();
    ManifestScaling.printTable(System.out);
  }

  /** Prints the time for buildspecs up to the longest that is read, and for one of 1 MiB. */
  private static void printBuildspecs(PrintStream out) {
    var sizes = List.of(6_400, 12_800, Buildspec.MAX_CHARACTERS, 1 << 20);
    out.printf("%n| milliseconds for a buildspec of |");
    sizes.forEach(size -> out.printf(" %,d characters |", size));
    out.println();
    for (var piece : buildspecPieces()) {
      out.printf("| `%s` |", piece.strip().replace("\n", "⏎"));
      for (var size : sizes) {
        var text = repeatToSize(piece, size);
        Buildspec.invalidReason(text);
        out.printf(" %.1f |", cpuTime(() -> Buildspec.invalidReason(text)) / 1e6);
      }
      out.println();
    }
  }

  /** Returns pieces of buildspecs that are slow for a YAML parser. */
  public static List<String> buildspecPieces() {
    return List.of(
        "- a: b\n",
        "[",
        "{a: ",
        "{? ",
        "- ",
        "? ",
        "[a, ",
        "[],",
        "&a ",
        "*a ",
        "!a ",
        "--- a\n",
        "# \ud83d\ude80\n",
        "a",
        "'",
        "\"\\\n",
        "a:\n",
        "|\n\n");
  }

  private static void printRow(PrintStream out, String name, String piece, int maxMegabytes) {
    diagnosisTime(repeatToSize(piece, MEGABYTE));
    out.printf("| %s |", name);
    for (var size = 1; size <= maxMegabytes; size *= 2) {
      out.printf(" %,d |", diagnosisTime(repeatToSize(piece, size * MEGABYTE)) / 1_000_000);
    }
    out.println();
  }

  /** Returns texts to be repeated, by name: the log of a build, and the slowest known texts. */
  static Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("a CodeBuild log, over and over", MessageCorpus.textOf("CodeBuild, a push after"));
    texts.put("all messages of the tests", String.join("\n", MessageCorpus.texts()) + "\n");
    for (var piece : slowestPieces()) {
      texts.put("`" + piece.strip().replace("\n", "⏎") + "`", piece);
    }
    return texts;
  }

  /** Returns texts that make each part of the parser look ahead as far as it can. */
  public static List<String> slowestPieces() {
    List<String> pieces = new ArrayList<>();
    pieces.add("docker pull a ");
    pieces.add("docker ");
    pieces.add("docker run --a ");
    pieces.add("/v2/");
    pieces.add("https://a/v2/a/manifests/a ");
    pieces.add("image ");
    pieces.add("failed to solve: ");
    pieces.add("Failed to pull image \"a/b\": ");
    pieces.add("pulling a (");
    pieces.add("fromimage=a");
    pieces.add("a: pulling from a/b ");
    pieces.add("toomanyrequests: unauthorized: denied: eof: timeout: ");
    pieces.add("FROM a:1\n");
    pieces.add("[a a a ");
    pieces.add("toomanyrequests:\nx:\n");
    pieces.add("ARG A=" + "a".repeat(1900) + "\nFROM " + "$A".repeat(900) + "\n");
    pieces.add("#1 [internal] load metadata for docker.io/a/b:1\n");
    return pieces;
  }

  /** Repeats a text up to this length in characters. */
  public static String repeatToSize(String piece, int size) {
    return piece.repeat(size / piece.length() + 1).substring(0, size);
  }

  /** Repeats a line. Each begins with an upper-case letter, so that they are not joined. */
  static String repeatLine(String line, int count) {
    return ("X " + line + "\n").repeat(count);
  }

  private static long diagnosisTime(String text) {
    return cpuTime(() -> MessageCorpus.diagnose(text));
  }

  /** Returns the CPU time of this thread in nanoseconds. */
  private static long cpuTime(Runnable task) {
    var clock = ManagementFactory.getThreadMXBean();
    var start = clock.getCurrentThreadCpuTime();
    task.run();
    return clock.getCurrentThreadCpuTime() - start;
  }
}
