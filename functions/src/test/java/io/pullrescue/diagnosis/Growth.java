package io.pullrescue.diagnosis;

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
final class Growth {
  private static final int MEGABYTE = 1_000_000;

  private Growth() {}

  /** Prints one row a text, one column a size, up to as many megabytes as asked for. */
  public static void main(String[] arguments) {
    var largest = arguments.length == 0 ? 64 : Integer.parseInt(arguments[0]);
    System.out.print("| milliseconds for a text of |");
    for (var size = 1; size <= largest; size *= 2) {
      System.out.printf(" %d MB |", size);
    }
    System.out.println();
    texts().forEach((name, piece) -> row(System.out, name, piece, largest));
  }

  private static void row(PrintStream out, String name, String piece, int largest) {
    cpuTime(text(piece, MEGABYTE));
    out.printf("| %s |", name);
    for (var size = 1; size <= largest; size *= 2) {
      out.printf(" %,d |", cpuTime(text(piece, size * MEGABYTE)) / 1_000_000);
    }
    out.println();
  }

  /** The log of a real build, and the slowest to read that are known; each is repeated. */
  static Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("a CodeBuild log, over and over", Messages.real("CodeBuild, a push after"));
    texts.put("all messages of the tests", String.join("\n", Messages.real()) + "\n");
    for (var piece : nastiest()) {
      texts.put("`" + piece.strip().replace("\n", "⏎") + "`", piece);
    }
    return texts;
  }

  /** Lines without end that make every reader of a form look as far ahead as it ever does. */
  static List<String> nastiest() {
    List<String> nastiest = new ArrayList<>();
    nastiest.add("docker pull a ");
    nastiest.add("docker ");
    nastiest.add("docker run --a ");
    nastiest.add("/v2/");
    nastiest.add("https://a/v2/a/manifests/a ");
    nastiest.add("image ");
    nastiest.add("failed to solve: ");
    nastiest.add("Failed to pull image \"a/b\": ");
    nastiest.add("pulling a (");
    nastiest.add("fromimage=a");
    nastiest.add("a: pulling from a/b ");
    nastiest.add("toomanyrequests: unauthorized: denied: eof: timeout: ");
    nastiest.add("FROM a:1\n");
    nastiest.add("[a a a ");
    nastiest.add("toomanyrequests:\nx:\n");
    nastiest.add("ARG A=" + "a".repeat(1900) + "\nFROM " + "$A".repeat(900) + "\n");
    nastiest.add("#1 [internal] load metadata for docker.io/a/b:1\n");
    return nastiest;
  }

  static String text(String piece, int size) {
    return piece.repeat(size / piece.length() + 1).substring(0, size);
  }

  /** Upper case begins every line, so that none goes on with the one before. */
  static String lines(String line, int count) {
    return ("X " + line + "\n").repeat(count);
  }

  /** The least of a few measurements: whatever disturbs one only adds. */
  static long work(String text) {
    return LongStream.range(0, 3).map(i -> cpuTime(text)).min().orElseThrow();
  }

  /** Bytes that reading a text allocates: work that can be counted. */
  static long allocation(String text) {
    var memory = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    var start = memory.getCurrentThreadAllocatedBytes();
    Messages.diagnose(text);
    return memory.getCurrentThreadAllocatedBytes() - start;
  }

  /** Nanoseconds of this thread's work, whatever else the machine does meanwhile. */
  private static long cpuTime(String text) {
    var clock = ManagementFactory.getThreadMXBean();
    var start = clock.getCurrentThreadCpuTime();
    Messages.diagnose(text);
    return clock.getCurrentThreadCpuTime() - start;
  }
}
