package io.pullrescue.workload.codebuild.buildspec;

import io.pullrescue.workload.codebuild.buildspec.FetchResult.NotFound;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Unavailable;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What a probe prints, and how it is read again: the file in base64, so that nothing in it can look
 * like a mark, between a line with its length and a line that ends it.
 *
 * @param marker how our lines begin: words and digits
 */
record ProbeOutput(String marker) {
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]*={0,2}");
  private static final Unavailable CORRUPTED =
      new Unavailable("the probe's log does not hold it as it was printed");

  /** One line for a POSIX shell; CodeBuild repeats it in the log behind words of its own. */
  String command(String path) {
    return "if test -f '%2$s'; then echo '%1$s begins' $(wc -c <'%2$s') && head -c %3$d <'%2$s' | base64 && echo '%1$s ends'; else echo '%1$s finds no file'; fi"
        .formatted(marker, path, FetchResult.MAX_BYTES + 1);
  }

  /** The file in this log; empty where not all of it has arrived yet. */
  Optional<FetchResult> parse(List<String> log) {
    if (lineIndexes(log, " finds no file").length > 0) {
      return Optional.of(new NotFound());
    }
    var startLines = lineIndexes(log, " begins [0-9]{1,12}");
    var endLines = lineIndexes(log, " ends");
    if (startLines.length == 0 || endLines.length == 0) {
      return Optional.empty();
    }
    // A second mark was not printed by our command: nobody can tell which is ours.
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

  /** Lines may have been broken on their way; a byte more or less is seen by the length. */
  private static FetchResult decode(long length, List<String> lines) {
    if (length > FetchResult.MAX_BYTES) {
      return new Unavailable("it is larger than " + FetchResult.MAX_BYTES + " bytes");
    }
    var text = String.join("", lines.stream().map(String::strip).toList());
    if (!BASE64.matcher(text).matches() || text.length() % 4 != 0) {
      return CORRUPTED;
    }
    var bytes = Base64.getDecoder().decode(text);
    return bytes.length == length ? FetchResult.of(bytes) : CORRUPTED;
  }
}
