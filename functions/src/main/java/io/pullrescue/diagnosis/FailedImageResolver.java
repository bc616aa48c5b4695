package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.Evidence.Confidence;
import io.pullrescue.diagnosis.log.LogLine;
import io.pullrescue.diagnosis.pattern.LineMatches;
import io.pullrescue.diagnosis.pattern.LogPattern.Activity;
import io.pullrescue.diagnosis.reference.ImageMention;
import io.pullrescue.image.ImageReference;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the images of an error: first in its own line, then in what was being pulled. */
final class FailedImageResolver {
  private FailedImageResolver() {}

  static PullError toPullError(LogLine line, LineMatches matches, StepState state) {
    if (matches.has(Activity.UNRESOLVED_SHORT_NAME)) {
      return new PullError(
          line, matches.errorStart(), matches.errorPattern(), List.of(), Confidence.UNNAMED);
    }
    var named = namedImages(matches);
    if (!named.isEmpty()) {
      return fromNamedImages(line, matches, state, named);
    }
    var requested =
        matches.urls().stream().flatMap(url -> url.image().stream()).distinct().toList();
    if (!requested.isEmpty()) {
      return new PullError(
          line,
          matches.errorStart(),
          matches.errorPattern(),
          withTags(requested, state),
          Confidence.NAMED_BY_ERROR);
    }
    if (isUnresolvable(matches)) {
      return new PullError(
          line, matches.errorStart(), matches.errorPattern(), List.of(), Confidence.UNNAMED);
    }
    var pulling =
        resolvableImages(state).stream()
            .filter(
                image -> matches.urls().stream().noneMatch(url -> url.contradicts(image.image())))
            .toList();
    return pulling.size() == 1
        ? new PullError(
            line,
            matches.errorStart(),
            matches.errorPattern(),
            List.of(pulling.getFirst().image()),
            Confidence.NAMED_BY_CONTEXT)
        : new PullError(
            line, matches.errorStart(), matches.errorPattern(), List.of(), Confidence.UNNAMED);
  }

  private static List<ImageMention.Named> namedImages(LineMatches matches) {
    List<ImageMention.Named> named = new ArrayList<>();
    for (var match : matches.imageMatches()) {
      if (match.mention() instanceof ImageMention.Named name
          && (match.activity() == Activity.FAILED || match.activity() == Activity.ALSO_PULLING)) {
        named.add(name);
      }
    }
    var qualified = named.stream().filter(ImageMention.Named::qualified).toList();
    named.removeIf(name ->
        !name.qualified()
            && qualified.stream()
                .anyMatch(other -> isQualifiedFormOf(other.image(), name.image())));
    return named;
  }

  private static boolean isQualifiedFormOf(ImageReference other, ImageReference shortName) {
    var name =
        shortName.isDockerOfficial()
            ? shortName.repository().substring("library/".length())
            : shortName.repository();
    return other.repository().equals(name) || other.repository().endsWith("/" + name);
  }

  /** Returns whether the line says that an image failed, but the name is masked or cut. */
  static boolean isUnresolvable(LineMatches matches) {
    return matches.imageMatches().stream()
        .anyMatch(match ->
            (match.activity() == Activity.FAILED || match.activity() == Activity.ALSO_PULLING)
                && match.mention() instanceof ImageMention.Unresolvable);
  }

  private static PullError fromNamedImages(
      LogLine line, LineMatches matches, StepState state, List<ImageMention.Named> named) {
    Set<ImageReference> images = new LinkedHashSet<>();
    var confidence = Confidence.NAMED_BY_ERROR;
    for (var name : named) {
      if (name.pinned()) {
        images.add(name.image());
      }
    }
    for (var name : named) {
      if (!name.pinned()
          && images.stream().noneMatch(image -> isSameRepository(image, name.image()))) {
        var tagged = findTagged(name.image(), matches, state);
        confidence = tagged == null ? Confidence.REPOSITORY_ONLY : Confidence.NAMED_BY_CONTEXT;
        images.add(tagged == null ? name.image() : tagged);
      }
    }
    return new PullError(
        line, matches.errorStart(), matches.errorPattern(), List.copyOf(images), confidence);
  }

  /** Returns the same repository with the tag of a request or of the command; null if unknown. */
  private static @Nullable ImageReference findTagged(
      ImageReference name, LineMatches matches, StepState state) {
    for (var url : matches.urls()) {
      var image = url.image();
      if (image.isPresent() && isSameRepository(image.get(), name)) {
        return image.get();
      }
    }
    for (var candidate : resolvableImages(state)) {
      if (isSameRepository(candidate.image(), name)) {
        return candidate.image();
      }
    }
    return null;
  }

  private static List<ImageReference> withTags(List<ImageReference> requested, StepState state) {
    return requested.stream()
        .map(image ->
            image.tag() != null
                ? image
                : resolvableImages(state).stream()
                    .map(ImageMention.Named::image)
                    .filter(candidate -> isSameRepository(candidate, image))
                    .findFirst()
                    .orElse(image))
        .distinct()
        .toList();
  }

  private static List<ImageMention.Named> resolvableImages(StepState state) {
    return state.images().stream()
        .filter(ImageMention.Named.class::isInstance)
        .map(ImageMention.Named.class::cast)
        .toList();
  }

  private static boolean isSameRepository(ImageReference one, ImageReference other) {
    return one.name().equals(other.name());
  }
}
