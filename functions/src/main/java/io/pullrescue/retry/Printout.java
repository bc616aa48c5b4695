package io.pullrescue.retry;

import io.pullrescue.retry.SourceFile.Missing;
import io.pullrescue.retry.SourceFile.OutOfReach;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What a probe prints, and how it is read again: the file in base64, so that nothing in it can look
 * like a mark, between a line with its length and a line that ends it.
 *
 * @param mark how our lines begin: words and digits
 */
record Printout(String mark) {
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]*={0,2}");
  private static final OutOfReach MANGLED =
      new OutOfReach("the probe's log does not hold it as it was printed");

  /** One line for a POSIX shell; CodeBuild repeats it in the log behind words of its own. */
  String command(String path) {
    return "if test -f '%2$s'; then echo '%1$s begins' $(wc -c <'%2$s') && head -c %3$d <'%2$s' | base64 && echo '%1$s ends'; else echo '%1$s finds no file'; fi"
        .formatted(mark, path, SourceFile.LARGEST + 1);
  }

  /** The file in this log; empty where not all of it has arrived yet. */
  Optional<SourceFile> read(List<String> log) {
    if (indexes(log, " finds no file").length > 0) {
      return Optional.of(new Missing());
    }
    var begins = indexes(log, " begins [0-9]{1,12}");
    var ends = indexes(log, " ends");
    if (begins.length == 0 || ends.length == 0) {
      return Optional.empty();
    }
    // A second mark was not printed by our command: nobody can tell which is ours.
    return begins.length > 1 || ends.length > 1 || ends[0] < begins[0]
        ? Optional.of(MANGLED)
        : Optional.of(decode(length(log.get(begins[0])), log.subList(begins[0] + 1, ends[0])));
  }

  private int[] indexes(List<String> log, String words) {
    var line = Pattern.compile(Pattern.quote(mark) + words);
    return IntStream.range(0, log.size())
        .filter(i -> line.matcher(log.get(i).stripTrailing()).matches())
        .toArray();
  }

  private static long length(String line) {
    return Long.parseLong(line.stripTrailing().substring(line.lastIndexOf(' ') + 1));
  }

  /** Lines may have been broken on their way; a byte more or less is seen by the length. */
  private static SourceFile decode(long length, List<String> lines) {
    if (length > SourceFile.LARGEST) {
      return new OutOfReach("it is larger than " + SourceFile.LARGEST + " bytes");
    }
    var text = String.join("", lines.stream().map(String::strip).toList());
    if (!BASE64.matcher(text).matches() || text.length() % 4 != 0) {
      return MANGLED;
    }
    var bytes = Base64.getDecoder().decode(text);
    return bytes.length == length ? SourceFile.of(bytes) : MANGLED;
  }
}
