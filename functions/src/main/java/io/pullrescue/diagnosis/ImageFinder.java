package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.Clue.Role;
import io.pullrescue.diagnosis.Evidence.Certainty;
import io.pullrescue.image.ImageReference;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which image an error is about: what its own line says, then what was being read. */
final class ImageFinder {
  private ImageFinder() {}

  static PullError error(Line line, Signs signs, Work work) {
    if (signs.say(Role.UNRESOLVED)) {
      return new PullError(line, signs.symptom(), List.of(), Certainty.UNNAMED);
    }
    var named = named(signs);
    if (!named.isEmpty()) {
      return fromName(line, signs, work, named);
    }
    var requested = signs.urls().stream().flatMap(url -> url.image().stream()).distinct().toList();
    if (!requested.isEmpty()) {
      return new PullError(
          line, signs.symptom(), withTag(requested, work), Certainty.NAMED_BY_ERROR);
    }
    if (isUnreadable(signs)) {
      return new PullError(line, signs.symptom(), List.of(), Certainty.UNNAMED);
    }
    var context = readable(work);
    return context.size() == 1
        ? new PullError(
            line, signs.symptom(), List.of(context.getFirst().image()), Certainty.NAMED_BY_CONTEXT)
        : new PullError(line, signs.symptom(), List.of(), Certainty.UNNAMED);
  }

  private static List<Mention.Named> named(Signs signs) {
    List<Mention.Named> named = new ArrayList<>();
    for (var note : signs.notes()) {
      if (note.mention() instanceof Mention.Named name
          && (note.role() == Role.FAILED || note.role() == Role.READING_TOO)) {
        named.add(name);
      }
    }
    var qualified = named.stream().filter(Mention.Named::qualified).toList();
    named.removeIf(name ->
        !name.qualified()
            && qualified.stream().anyMatch(other -> isLongFormOf(other.image(), name.image())));
    return named;
  }

  private static boolean isLongFormOf(ImageReference other, ImageReference shortName) {
    var name =
        shortName.isDockerOfficial()
            ? shortName.repository().substring("library/".length())
            : shortName.repository();
    return other.repository().equals(name) || other.repository().endsWith("/" + name);
  }

  /** Whether the line says that an image failed, but not legibly which. */
  static boolean isUnreadable(Signs signs) {
    return signs.notes().stream()
        .anyMatch(note ->
            (note.role() == Role.FAILED || note.role() == Role.READING_TOO)
                && note.mention() instanceof Mention.Unreadable);
  }

  private static PullError fromName(Line line, Signs signs, Work work, List<Mention.Named> named) {
    Set<ImageReference> images = new LinkedHashSet<>();
    var certainty = Certainty.NAMED_BY_ERROR;
    for (var name : named) {
      if (name.pinned()) {
        images.add(name.image());
      }
    }
    for (var name : named) {
      if (!name.pinned() && images.stream().noneMatch(image -> isSameName(image, name.image()))) {
        var tagged = tagged(name.image(), signs, work);
        certainty = tagged == null ? Certainty.REPOSITORY_ONLY : Certainty.NAMED_BY_CONTEXT;
        images.add(tagged == null ? name.image() : tagged);
      }
    }
    return new PullError(line, signs.symptom(), List.copyOf(images), certainty);
  }

  /** The same repository with the tag that a request or the command before shows. */
  private static @Nullable ImageReference tagged(ImageReference name, Signs signs, Work work) {
    for (var url : signs.urls()) {
      var image = url.image();
      if (image.isPresent() && isSameName(image.get(), name)) {
        return image.get();
      }
    }
    for (var asked : readable(work)) {
      if (isSameName(asked.image(), name)) {
        return asked.image();
      }
    }
    return null;
  }

  private static List<ImageReference> withTag(List<ImageReference> requested, Work work) {
    return requested.stream()
        .map(image ->
            image.tag() != null
                ? image
                : readable(work).stream()
                    .map(Mention.Named::image)
                    .filter(asked -> isSameName(asked, image))
                    .findFirst()
                    .orElse(image))
        .distinct()
        .toList();
  }

  private static List<Mention.Named> readable(Work work) {
    return work.images().stream()
        .filter(Mention.Named.class::isInstance)
        .map(Mention.Named.class::cast)
        .toList();
  }

  private static boolean isSameName(ImageReference one, ImageReference other) {
    return one.name().equals(other.name());
  }
}
