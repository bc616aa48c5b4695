package io.pullrescue.workload.codebuild;

import io.pullrescue.workload.codebuild.buildspec.FetchResult;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.NotFound;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Unavailable;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The format of a probe build's output: the file in base64, in which no line can look like a
 * marker, between a line with the file's length and an end line.
 *
 * @param marker the prefix of the marker lines; letters, digits, hyphens and spaces only
 */
record ProbeOutput(String marker) {
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]*={0,2}");
  private static final Unavailable CORRUPTED =
      new Unavailable("the log of the probe build is corrupted");

  /** Returns a line for a POSIX shell; CodeBuild echoes it in the log after its own prefix. */
  String command(String path) {
    return "if test -f '%2$s'; then echo '%1$s begins' $(wc -c <'%2$s') && head -c %3$d <'%2$s' | base64 && echo '%1$s ends'; else echo '%1$s finds no file'; fi"
        .formatted(marker, path, FetchResult.MAX_BYTES + 1);
  }

  /** Parses the log of a probe build; empty if the log is not complete yet. */
  Optional<FetchResult> parse(List<String> log) {
    if (lineIndexes(log, " finds no file").length > 0) {
      return Optional.of(new NotFound());
    }
    var startLines = lineIndexes(log, " begins [0-9]{1,12}");
    var endLines = lineIndexes(log, " ends");
    if (startLines.length == 0 || endLines.length == 0) {
      return Optional.empty();
    }
    // The command prints each marker once; a second one is forged or corrupted.
    return startLines.length > 1 || endLines.length > 1 || endLines[0] < startLines[0]
        ? Optional.of(CORRUPTED)
        : Optional.of(
            decode(
                parseLength(log.get(startLines[0])), log.subList(startLines[0] + 1, endLines[0])));
  }

  private int[] lineIndexes(List<String> log, String suffix) {
    var pattern = Pattern.compile(Pattern.quote(marker) + suffix);
    return IntStream.range(0, log.size())
        .filter(i -> pattern.matcher(log.get(i).stripTrailing()).matches())
        .toArray();
  }

  private static long parseLength(String line) {
    return Long.parseLong(line.stripTrailing().substring(line.lastIndexOf(' ') + 1));
  }

  /** Joins the lines, which may have been wrapped, and checks the length of the result. */
  private static FetchResult decode(long length, List<String> lines) {
    if (length > FetchResult.MAX_BYTES) {
      return FetchResult.tooLarge();
    }
    var text = String.join("", lines.stream().map(String::strip).toList());
    if (!BASE64.matcher(text).matches() || text.length() % 4 != 0) {
      return CORRUPTED;
    }
    var bytes = Base64.getDecoder().decode(text);
    return bytes.length == length ? FetchResult.of(bytes) : CORRUPTED;
  }
}
