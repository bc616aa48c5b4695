package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.Diagnosis.NotAPullFailure;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.Evidence.Certainty;
import io.pullrescue.diagnosis.Symptom.Strength;
import io.pullrescue.failure.Excerpt;
import io.pullrescue.failure.Excerpt.Place;
import io.pullrescue.failure.Failure;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Printable;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads why a piece of work failed. Right or silent: an image is named only where the text does.
 */
public final class Diagnostician {
  /** CodeBuild's own images come from AWS, whatever their names look like. */
  private static final String CURATED = "aws/codebuild/";

  private static final int LONGEST_EVIDENCE = 1000;

  /** What failed, by the most trusted text that speaks of a pull. */
  public Diagnosis diagnose(Failure failure) {
    return failure.excerpts().stream()
        .sorted(Comparator.comparing(Excerpt::place))
        .flatMap(excerpt -> diagnose(excerpt, failure).stream())
        .findFirst()
        .<Diagnosis>map(found -> found)
        .orElseGet(NotAPullFailure::new);
  }

  private static Optional<PullFailed> diagnose(Excerpt excerpt, Failure failure) {
    var story = new Story();
    PassageReader.read(excerpt.text(), story::read);
    var errors = story.errors();
    if (errors.isEmpty()) {
      return Optional.empty();
    }
    var last = decisive(errors);
    var cause = last.symptom().or(story::remark).map(Symptom::cause).orElse(Cause.UPSTREAM_ERROR);
    var record = failure.imageOfRecord();
    var images = images(errors);
    var certainty = images.isEmpty() ? Certainty.UNNAMED : certainty(errors);
    if (record != null && isWrittenByAws(excerpt.place())) {
      images = record.repository().contains(CURATED) ? List.of() : List.of(record);
      certainty = images.isEmpty() ? Certainty.UNNAMED : Certainty.NAMED_BY_RECORD;
    }
    var line = Printable.of(last.line().raw().strip(), LONGEST_EVIDENCE);
    var evidence = new Evidence(excerpt.place(), line, last.line().number(), certainty);
    return Optional.of(
        new PullFailed(cause, images, evidence, excerpt.place() != Place.EARLIER_COMMANDS));
  }

  private static boolean isWrittenByAws(Place place) {
    return place == Place.PHASE_CONTEXT || place == Place.STOPPED_REASON;
  }

  /** The last error that says more than that there was one. */
  private static PullError decisive(List<PullError> errors) {
    for (var error : errors.reversed()) {
      if (error.symptom().filter(s -> s.strength() != Strength.ECHO).isPresent()) {
        return error;
      }
    }
    return errors.reversed().stream()
        .filter(error -> error.symptom().isPresent())
        .findFirst()
        .orElse(errors.getLast());
  }

  private static List<ImageReference> images(List<PullError> errors) {
    Set<ImageReference> images = new LinkedHashSet<>();
    errors.forEach(error -> images.addAll(error.images()));
    var tagged =
        images.stream().filter(image -> image.tag() != null).map(ImageReference::name).toList();
    images.removeIf(image -> image.tag() == null && tagged.contains(image.name()));
    return List.copyOf(images);
  }

  private static Certainty certainty(List<PullError> errors) {
    return errors.stream()
        .filter(error -> !error.images().isEmpty())
        .map(PullError::certainty)
        .max(Comparator.naturalOrder())
        .orElse(Certainty.UNNAMED);
  }
}
