package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.Diagnosis.NotAPullFailure;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.Evidence.Certainty;
import io.pullrescue.failure.Excerpt;
import io.pullrescue.failure.Excerpt.Place;
import io.pullrescue.failure.Failure;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Printable;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    return story
        .errors()
        .decisive()
        .map(decisive -> pullFailed(story, decisive, excerpt.place(), failure.imageOfRecord()));
  }

  private static PullFailed pullFailed(
      Story story, PullError decisive, Place place, @Nullable ImageReference imageOfRecord) {
    var symptom = decisive.symptom() == null ? story.remark() : decisive.symptom();
    var cause = symptom == null ? Cause.UPSTREAM_ERROR : symptom.cause();
    var images = story.images();
    var certainty = images.isEmpty() ? Certainty.UNNAMED : story.certainty();
    if (imageOfRecord != null && isWrittenByAws(place)) {
      images = isCurated(imageOfRecord) ? List.of() : List.of(imageOfRecord);
      certainty = images.isEmpty() ? Certainty.UNNAMED : Certainty.NAMED_BY_RECORD;
    }
    var line = Printable.of(decisive.line().text(), LONGEST_EVIDENCE);
    var evidence = new Evidence(place, line, decisive.line().number(), certainty);
    return new PullFailed(cause, images, evidence, place != Place.EARLIER_COMMANDS);
  }

  private static boolean isWrittenByAws(Place place) {
    return place == Place.PHASE_CONTEXT || place == Place.STOPPED_REASON;
  }

  private static boolean isCurated(ImageReference image) {
    return image.registry().equals(ImageReference.DOCKER_HUB)
        && image.repository().startsWith(CURATED);
  }
}
