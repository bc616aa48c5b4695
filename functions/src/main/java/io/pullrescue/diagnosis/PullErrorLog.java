package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.pattern.LogPattern.ErrorPattern;
import io.pullrescue.diagnosis.pattern.LogPattern.Specificity;
import io.pullrescue.image.ImageReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Records the pulls that failed and did not succeed later, with the best error of each image. */
final class PullErrorLog {
  private record NumberedError(int number, PullError error) {}

  private final Map<List<ImageReference>, NumberedError> errors = new LinkedHashMap<>();
  private int count;

  void add(PullError error) {
    var numbered = new NumberedError(count++, error);
    errors.merge(error.images(), numbered, PullErrorLog::moreSpecific);
  }

  /**
   * Returns the later of two errors, unless it is less specific, or is only the next line of a list
   * of errors whose earlier one has a more specific cause.
   */
  private static NumberedError moreSpecific(NumberedError old, NumberedError latest) {
    if (weight(latest) != weight(old)) {
      return weight(latest) > weight(old) ? latest : old;
    }
    var continuesList = latest.error().line().number() == old.error().line().number() + 1;
    return continuesList && rank(old) < rank(latest) ? old : latest;
  }

  private static int rank(NumberedError numbered) {
    var pattern = numbered.error().pattern();
    return pattern == null ? Integer.MAX_VALUE : pattern.rank();
  }

  /** Removes the errors of an image that was pulled later. */
  void remove(ImageReference image) {
    errors.remove(List.of(image));
  }

  /** Returns the last of the most specific errors; empty if no pull failed. */
  Optional<PullError> decisiveError() {
    return errors.values().stream()
        .max(Comparator.comparingInt(PullErrorLog::weight).thenComparingInt(NumberedError::number))
        .map(NumberedError::error);
  }

  /** Returns the most specific error pattern of this image; null if no error gives a reason. */
  @Nullable ErrorPattern patternOf(ImageReference image) {
    return errors.values().stream()
        .filter(numbered -> numbered.error().images().contains(image) && weight(numbered) > 1)
        .max(Comparator.comparingInt(NumberedError::number))
        .map(numbered -> numbered.error().pattern())
        .orElse(null);
  }

  /** Returns the images that failed, in the order in which they first failed. */
  List<ImageReference> images() {
    Set<ImageReference> images =
        allErrors().stream()
            .flatMap(error -> error.images().stream())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    Set<String> tagged =
        images.stream()
            .filter(image -> image.tag() != null)
            .map(ImageReference::name)
            .collect(Collectors.toSet());
    images.removeIf(image -> image.tag() == null && tagged.contains(image.name()));
    return List.copyOf(images);
  }

  /** Returns the lowest confidence of the images. */
  Evidence.Confidence confidence() {
    return allErrors().stream()
        .filter(error -> !error.images().isEmpty())
        .map(PullError::confidence)
        .max(Comparator.naturalOrder())
        .orElse(Evidence.Confidence.UNNAMED);
  }

  /** Returns the best error of each group of images. */
  List<PullError> allErrors() {
    List<PullError> all = new ArrayList<>();
    errors.values().forEach(numbered -> all.add(numbered.error()));
    return all;
  }

  private static int weight(NumberedError numbered) {
    var pattern = numbered.error().pattern();
    if (pattern == null) {
      return 0;
    }
    return pattern.specificity() == Specificity.SECONDARY ? 1 : 2;
  }
}
