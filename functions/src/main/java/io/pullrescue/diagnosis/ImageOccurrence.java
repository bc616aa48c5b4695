package io.pullrescue.diagnosis;

import io.pullrescue.image.ImageReference;
import io.pullrescue.text.TextSanitizer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A line of a file that names an image, as a log shows it: an instruction of a Dockerfile, or a
 * command of a buildspec. It is proposed to people only: everybody may print such lines.
 *
 * @param image the image that the line names
 * @param file the file; a log that does not name it shows a Dockerfile or buildspec
 * @param line its number in the file; 0 if it is not known
 * @param text the line, sanitized; of a command only the reference, because commands contain
 *     secrets in more forms than can be recognized
 */
public record ImageOccurrence(ImageReference image, String file, int line, String text) {
  private static final int MAX_OCCURRENCES = 10;
  private static final int MAX_LINES = 200_000;
  private static final int MAX_LINE_LENGTH = 1000;

  /** CodeBuild begins its own lines with a time. */
  private static final Pattern COMMAND =
      Pattern.compile("^(?:\\[Container\\] [0-9/]{8,10} [0-9:.]{8,20} )?Running command (.+)");

  /** Classic builds print each instruction with the arguments of the file. */
  private static final Pattern CLASSIC_INSTRUCTION =
      Pattern.compile("^(?:Step|STEP) \\d{1,4}(?:/\\d{1,4})? ?: ?((?:FROM|ARG|COPY) .+)");

  /** BuildKit quotes the file below its name: {@code Dockerfile:3}, {@code 3 | >>> FROM ruby}. */
  private static final Pattern QUOTED_FILE = Pattern.compile("^([\\w./-]{1,200}):\\d{1,6}$");

  private static final Pattern QUOTED_LINE = Pattern.compile("^ {0,10}(\\d{1,6}) \\| >>> (.+)");

  /** Instructions that hold little else than references. */
  private static final Pattern INSTRUCTION = Pattern.compile("(?i)(?:FROM|ARG|COPY) .+");

  /** Finds the lines that name one of these images; at most one of each text. */
  public static List<ImageOccurrence> find(List<LogExcerpt> excerpts, List<ImageReference> images) {
    Set<ImageOccurrence> found = new LinkedHashSet<>();
    for (var excerpt : excerpts) {
      var file = "Dockerfile";
      for (var line : (Iterable<String>) excerpt.text().lines().limit(MAX_LINES)::iterator) {
        if (line.length() > MAX_LINE_LENGTH) {
          continue;
        }
        var quotedFile = QUOTED_FILE.matcher(line);
        if (quotedFile.matches()) {
          file = quotedFile.group(1);
        }
        for (var image : images) {
          parse(line, file, image).ifPresent(found::add);
        }
      }
    }
    return found.stream()
        .filter(occurrence -> occurrence.line > 0 || isOnlyOne(occurrence, found))
        .limit(MAX_OCCURRENCES)
        .toList();
  }

  /** A log may show an instruction twice, once with the number of its line. */
  private static boolean isOnlyOne(ImageOccurrence occurrence, Set<ImageOccurrence> found) {
    return found.stream().noneMatch(other -> other.line > 0 && other.text.equals(occurrence.text));
  }

  private static Optional<ImageOccurrence> parse(String line, String file, ImageReference image) {
    var quoted = QUOTED_LINE.matcher(line);
    if (quoted.matches()) {
      return of(image, file, Integer.parseInt(quoted.group(1)), quoted.group(2));
    }
    var instruction = CLASSIC_INSTRUCTION.matcher(line);
    if (instruction.matches()) {
      return of(image, "Dockerfile", 0, instruction.group(1));
    }
    var command = COMMAND.matcher(line);
    return command.matches() ? of(image, "buildspec", 0, command.group(1)) : Optional.empty();
  }

  private static Optional<ImageOccurrence> of(
      ImageReference image, String file, int line, String text) {
    var occurrence = new ImageOccurrence(image, file, line, TextSanitizer.sanitize(text.strip()));
    return occurrence
        .pattern()
        .map(pattern -> pattern.matcher(occurrence.text))
        .filter(Matcher::find)
        .map(reference ->
            INSTRUCTION.matcher(occurrence.text).matches()
                ? occurrence
                : new ImageOccurrence(image, file, line, reference.group()));
  }

  /** Returns the line with another reference in place of the image. */
  public String withReference(String reference) {
    return pattern()
        .map(pattern -> pattern.matcher(text).replaceFirst(Matcher.quoteReplacement(reference)))
        .orElse(text);
  }

  /** Returns the pattern of the form in which the line names the image. */
  private Optional<Pattern> pattern() {
    return forms(image)
        .map(form -> Pattern.compile("(?<![\\w./:@-])" + Pattern.quote(form) + "(?![\\w./:@-])"))
        .filter(pattern -> pattern.matcher(text).find())
        .findFirst();
  }

  /** Returns how people write a reference. */
  private static Stream<String> forms(ImageReference image) {
    var familiar = image.familiarString();
    var forms =
        image.registry().equals(ImageReference.DOCKER_HUB)
            ? Stream.of(
                image.toString(),
                "docker.io/" + familiar,
                image.toString().substring("docker.io/".length()),
                familiar)
            : Stream.of(image.toString());
    return forms.flatMap(form ->
        form.endsWith(":latest")
            ? Stream.of(form, form.substring(0, form.length() - ":latest".length()))
            : Stream.of(form));
  }
}
