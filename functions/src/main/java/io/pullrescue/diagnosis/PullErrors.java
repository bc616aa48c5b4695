package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.Symptom.Strength;
import io.pullrescue.image.ImageReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The pulls that failed and were not made good; of each image the error that tells most. */
final class PullErrors {
  private record Numbered(int number, PullError error) {}

  private static final String PROGRESS = "=> ";

  private final Map<List<ImageReference>, Numbered> errors = new LinkedHashMap<>();
  private int count;

  void add(PullError error) {
    var numbered = new Numbered(count++, error);
    errors.merge(error.images(), numbered, PullErrors::telling);
  }

  /** The later one, unless it says less, or goes on with the list that the earlier one began. */
  private static Numbered telling(Numbered old, Numbered latest) {
    if (weight(latest) != weight(old)) {
      return weight(latest) > weight(old) ? latest : old;
    }
    var listed = latest.error().line().number() == old.error().line().number() + 1;
    return listed && rank(old) < rank(latest) ? old : latest;
  }

  private static int rank(Numbered numbered) {
    var symptom = numbered.error().symptom();
    return symptom == null ? Integer.MAX_VALUE : symptom.rank();
  }

  /** This image was read well after all. */
  void forget(ImageReference image) {
    errors.remove(List.of(image));
  }

  /** The last error that says more than that there was one; empty where no pull failed. */
  Optional<PullError> decisive() {
    return errors.values().stream()
        .max(Comparator.comparingInt(PullErrors::weight).thenComparingInt(Numbered::number))
        .map(Numbered::error);
  }

  /** The images that could not be read, in the order in which they first failed. */
  List<ImageReference> images() {
    Set<ImageReference> images =
        all().stream()
            .flatMap(error -> error.images().stream())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    Set<String> tagged =
        images.stream()
            .filter(image -> image.tag() != null)
            .map(ImageReference::name)
            .collect(Collectors.toSet());
    images.removeIf(image -> image.tag() == null && tagged.contains(image.name()));
    images.removeAll(cut(images));
    return List.copyOf(images);
  }

  /** Where the terminal is narrow, BuildKit cuts names off that it writes in full elsewhere. */
  private List<ImageReference> cut(Set<ImageReference> images) {
    return all().stream()
        .filter(error -> error.line().content().startsWith(PROGRESS))
        .flatMap(error -> error.images().stream())
        .filter(image -> images.stream().anyMatch(other -> isStartOf(image, other)))
        .toList();
  }

  private static boolean isStartOf(ImageReference image, ImageReference other) {
    return !image.equals(other) && other.toString().startsWith(image.toString());
  }

  /** How the least sure of the images was found. */
  Evidence.Certainty certainty() {
    return all().stream()
        .filter(error -> !error.images().isEmpty())
        .map(PullError::certainty)
        .max(Comparator.naturalOrder())
        .orElse(Evidence.Certainty.UNNAMED);
  }

  private Collection<PullError> all() {
    Collection<PullError> all = new ArrayList<>();
    errors.values().forEach(numbered -> all.add(numbered.error()));
    return all;
  }

  private static int weight(Numbered numbered) {
    var symptom = numbered.error().symptom();
    if (symptom == null) {
      return 0;
    }
    return symptom.strength() == Strength.ECHO ? 1 : 2;
  }
}
