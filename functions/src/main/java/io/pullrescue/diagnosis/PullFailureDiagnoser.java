package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.Diagnosis.ImageCause;
import io.pullrescue.diagnosis.Diagnosis.NotAPullFailure;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.Evidence.Confidence;
import io.pullrescue.diagnosis.LogExcerpt.TextSource;
import io.pullrescue.diagnosis.log.LogLineReader;
import io.pullrescue.diagnosis.pattern.Cause;
import io.pullrescue.image.ImageReference;
import io.pullrescue.text.TextSanitizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Diagnoses why a workload failed. An image is reported only if the text or the record names it: a
 * wrong image would be mirrored, and the workload retried with it.
 */
public final class PullFailureDiagnoser {
  /** CodeBuild's curated images look like names on Docker Hub and are not there. */
  private static final String CODEBUILD_IMAGE_PREFIX = "aws/codebuild/";

  private static final String DEFAULT_TAG = ":latest";

  private static final int MAX_LINE_LENGTH = 1000;

  /** The longest name that is quoted before an error, and the longest text between the two. */
  private static final int MAX_QUOTED_NAME_LENGTH = 120;

  private static final int MAX_GAP_LENGTH = 40;

  /** Returns the diagnosis of the most trusted text in which a pull failed. */
  public Diagnosis diagnose(Failure failure) {
    return failure.excerpts().stream()
        .sorted(Comparator.comparing(LogExcerpt::source))
        .flatMap(excerpt -> diagnose(excerpt, failure).stream())
        .findFirst()
        .<Diagnosis>map(found -> found)
        .orElseGet(NotAPullFailure::new);
  }

  /**
   * Returns the diagnosis of a file of any length, which is read in parts.
   *
   * @throws UncheckedIOException if the file cannot be read to its end
   */
  public Diagnosis diagnose(Path file) throws IOException {
    var analyzer = new LogAnalyzer();
    try (var reader = LogFile.open(file)) {
      LineJoiner.join(new LogLineReader(reader), analyzer::analyze);
    }
    return analyzer
        .errors()
        .decisiveError()
        .<Diagnosis>map(error ->
            pullFailed(
                analyzer,
                error,
                TextSource.MESSAGE,
                consumer -> LogFile.forEachPart(file, consumer),
                null))
        .orElseGet(NotAPullFailure::new);
  }

  private static Optional<PullFailed> diagnose(LogExcerpt excerpt, Failure failure) {
    var analyzer = new LogAnalyzer();
    LineJoiner.join(excerpt.text(), analyzer::analyze);
    return analyzer
        .errors()
        .decisiveError()
        .map(error ->
            pullFailed(
                analyzer,
                error,
                excerpt.source(),
                consumer -> consumer.accept(excerpt.text()),
                failure.recordedImage()));
  }

  private static PullFailed pullFailed(
      LogAnalyzer analyzer,
      PullError error,
      TextSource source,
      CompleteNames.TextParts text,
      @Nullable ImageReference recordedImage) {
    var pattern = error.pattern() == null ? analyzer.unrelatedError() : error.pattern();
    var cause = pattern == null ? Cause.UPSTREAM_ERROR : pattern.cause();
    var named = analyzer.images();
    var complete = CompleteNames.complete(named, analyzer.errors().allErrors(), text);
    var images = complete.stream().filter(PullFailureDiagnoser::hasPublishableName).toList();
    var confidence = images.isEmpty() ? Confidence.UNNAMED : analyzer.confidence();
    if (recordedImage != null && isWrittenByAws(source)) {
      images = isCodeBuildImage(recordedImage) ? List.of() : List.of(recordedImage);
      confidence = images.isEmpty() ? Confidence.UNNAMED : Confidence.NAMED_BY_RECORD;
    }
    var line = TextSanitizer.sanitize(error.line().text(), MAX_LINE_LENGTH);
    var evidence = new Evidence(source, line, quote(error), error.line().number(), confidence);
    return new PullFailed(
        cause,
        images,
        evidence,
        source != TextSource.EARLIER_COMMANDS,
        imageCauses(
            images, new ImageCause(cause, pattern != null && pattern.clientSide()), analyzer),
        pattern != null);
  }

  /** Returns the cause of each image: its own error if several failed, else the decisive one. */
  private static Map<ImageReference, ImageCause> imageCauses(
      List<ImageReference> images, ImageCause decisive, LogAnalyzer analyzer) {
    Map<ImageReference, ImageCause> causes = new HashMap<>();
    for (var image : images) {
      var own = images.size() == 1 ? null : analyzer.errors().patternOf(image);
      causes.put(image, own == null ? decisive : new ImageCause(own.cause(), own.clientSide()));
    }
    return causes;
  }

  /**
   * Quotes the line from the phrase that says what failed: a command and its arguments may stand
   * before it. Of these, only the name of the image is quoted, if it is close.
   */
  private static String quote(PullError error) {
    var line = error.line().text();
    var quoted = TextSanitizer.sanitizeFrom(line, error.start());
    return error.images().stream()
        .flatMap(image -> Stream.of(image.toString(), image.familiarString()))
        .filter(name -> name.length() <= MAX_QUOTED_NAME_LENGTH)
        .filter(name -> TextSanitizer.sanitize(name).equals(name))
        .filter(name -> isCloseBefore(line, name, error.start()))
        .findFirst()
        .map(name -> name + " ... " + quoted)
        .orElse(quoted);
  }

  /** A token in the place of a name may have the form of a name, which would be published. */
  private static boolean hasPublishableName(ImageReference image) {
    return Stream.of(image.toString(), image.familiarString())
        .map(PullFailureDiagnoser::withoutDefaultTag)
        .allMatch(name -> TextSanitizer.sanitize(name, MAX_LINE_LENGTH).equals(name));
  }

  /** The default tag is no secret, although it follows the colon in {@code credentials:latest}. */
  private static String withoutDefaultTag(String name) {
    return name.endsWith(DEFAULT_TAG)
        ? name.substring(0, name.length() - DEFAULT_TAG.length())
        : name;
  }

  private static boolean isCloseBefore(String line, String name, int end) {
    var index = line.lastIndexOf(name, end - name.length());
    return index >= 0 && end - index - name.length() <= MAX_GAP_LENGTH;
  }

  private static boolean isWrittenByAws(TextSource source) {
    return source == TextSource.PHASE_CONTEXT || source == TextSource.STOPPED_REASON;
  }

  private static boolean isCodeBuildImage(ImageReference image) {
    return image.registry().equals(ImageReference.DOCKER_HUB)
        && image.repository().startsWith(CODEBUILD_IMAGE_PREFIX);
  }
}
