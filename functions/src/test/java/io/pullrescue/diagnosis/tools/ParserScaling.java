package io.pullrescue.diagnosis.tools;

import io.pullrescue.diagnosis.MessageCorpus;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * How much longer a longer text takes to read. Run as a program it prints a table of milliseconds
 * against megabytes.
 */
public final class ParserScaling {
  private static final int MEGABYTE = 1_000_000;

  private ParserScaling() {}

  /** Prints one row a text, one column a size, up to as many megabytes as asked for. */
  public static void main(String[] arguments) {
    var largest = arguments.length == 0 ? 64 : Integer.parseInt(arguments[0]);
    System.out.print("| milliseconds for a text of |");
    for (var size = 1; size <= largest; size *= 2) {
      System.out.printf(" %d MB |", size);
    }
    System.out.println();
    texts().forEach((name, piece) -> printRow(System.out, name, piece, largest));
  }

  private static void printRow(PrintStream out, String name, String piece, int largest) {
    cpuTime(repeatToSize(piece, MEGABYTE));
    out.printf("| %s |", name);
    for (var size = 1; size <= largest; size *= 2) {
      out.printf(" %,d |", cpuTime(repeatToSize(piece, size * MEGABYTE)) / 1_000_000);
    }
    out.println();
  }

  /** The log of a real build, and the slowest to read that are known; each is repeated. */
  static Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("a CodeBuild log, over and over", MessageCorpus.textOf("CodeBuild, a push after"));
    texts.put("all messages of the tests", String.join("\n", MessageCorpus.texts()) + "\n");
    for (var piece : slowestPieces()) {
      texts.put("`" + piece.strip().replace("\n", "⏎") + "`", piece);
    }
    return texts;
  }

  /** Lines without end that make every reader of a form look as far ahead as it ever does. */
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

  public static String repeatToSize(String piece, int size) {
    return piece.repeat(size / piece.length() + 1).substring(0, size);
  }

  /** Upper case begins every line, so that none goes on with the one before. */
  static String repeatLine(String line, int count) {
    return ("X " + line + "\n").repeat(count);
  }

  /** The least of a few measurements: whatever disturbs one only adds. */
  static long minCpuTime(String text) {
    return LongStream.range(0, 3).map(i -> cpuTime(text)).min().orElseThrow();
  }

  /** Bytes that reading a text allocates: work that can be counted. */
  static long allocatedBytes(String text) {
    var memory = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    var start = memory.getCurrentThreadAllocatedBytes();
    MessageCorpus.diagnose(text);
    return memory.getCurrentThreadAllocatedBytes() - start;
  }

  /** Nanoseconds of this thread's work, whatever else the machine does meanwhile. */
  private static long cpuTime(String text) {
    var clock = ManagementFactory.getThreadMXBean();
    var start = clock.getCurrentThreadCpuTime();
    MessageCorpus.diagnose(text);
    return clock.getCurrentThreadCpuTime() - start;
  }
}
