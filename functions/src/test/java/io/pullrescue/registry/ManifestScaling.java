package io.pullrescue.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pullrescue.image.Digest;
import io.pullrescue.registry.http.RegistryException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Measures how the time of parsing a manifest grows with its length, for several contents. */
public final class ManifestScaling {
  private static final int MEGABYTE = 1_000_000;

  private static final String DESCRIPTOR =
      "{\"mediaType\":\"application/x-layer\",\"digest\":\"%s\",\"size\":1}"
          .formatted(Digest.of(new byte[1]));

  private ManifestScaling() {}

  /** Prints one row for each content, up to the maximum length of a manifest. */
  public static void printTable(PrintStream out) {
    out.printf("| milliseconds for a manifest of | 1 MB | 2 MB | 4 MB |%n");
    contents()
        .forEach((name, piece) -> {
          cpuTime(manifest(piece, MEGABYTE));
          out.printf("| %s |", name);
          for (var size = 1; size <= 4; size *= 2) {
            out.printf(" %,d |", cpuTime(manifest(piece, size * MEGABYTE)) / 1_000_000);
          }
          out.println();
        });
  }

  /** Returns what a manifest may consist of, as text to be repeated between commas. */
  static Map<String, String> contents() {
    Map<String, String> contents = new LinkedHashMap<>();
    contents.put("layers", "\"layers\":[" + DESCRIPTOR + "]");
    contents.put("one list of layers", DESCRIPTOR);
    contents.put("unknown fields", "\"field\":\"value\"");
    contents.put("nested objects", "\"x\":" + "{\"x\":".repeat(50) + "1" + "}".repeat(50));
    contents.put("nested lists", "\"x\":" + "[".repeat(50) + "]".repeat(50));
    contents.put("long text", "\"x\":\"" + "\\u0041".repeat(100) + "\"");
    contents.put("long numbers", "\"x\":" + "9".repeat(900));
    contents.put("media types", "\"mediaType\":\"application/x\"");
    return contents;
  }

  static String content(String name) {
    return Objects.requireNonNull(contents().get(name));
  }

  /** Returns a manifest that consists of these pieces and has at least this length. */
  static byte[] manifest(String piece, int size) {
    var isList = piece.startsWith("{");
    var json =
        new StringBuilder(
            isList ? "{\"mediaType\":\"a/b\",\"layers\":[" : "{\"mediaType\":\"a/b\",");
    json.append(piece);
    while (json.length() < size) {
      json.append(',').append(piece);
    }
    return json.append(isList ? "]}" : "}").toString().getBytes(UTF_8);
  }

  /** Returns the CPU time of this thread in nanoseconds. */
  private static long cpuTime(byte[] manifest) {
    var clock = ManagementFactory.getThreadMXBean();
    var start = clock.getCurrentThreadCpuTime();
    try {
      ManifestParser.parse(manifest);
    } catch (RegistryException tooLarge) {
      // The time until it is rejected is what counts.
    }
    return clock.getCurrentThreadCpuTime() - start;
  }
}
