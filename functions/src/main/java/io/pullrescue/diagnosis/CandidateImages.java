package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.pattern.LineMatches;
import io.pullrescue.diagnosis.pattern.LogPattern.Activity;
import io.pullrescue.diagnosis.reference.ImageMention;
import io.pullrescue.image.ImageReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Collects the images that a text names, for errors that name none or only part of a name. */
final class CandidateImages {
  /** Bounds the memory; a single candidate is not affected. */
  private static final int MAX_IMAGES = 64;

  /** Images whose pull was announced, before or after an error, and did not succeed. */
  private final Set<ImageReference> pending = new LinkedHashSet<>();

  /** All images whose pull was announced, the last one first. */
  private final Deque<ImageReference> seen = new ArrayDeque<>();

  /** Images in a configuration that is quoted beside the error. */
  private final Set<ImageReference> configured = new LinkedHashSet<>();

  void add(LineMatches matches, StepState state) {
    for (var image : state.resolvableImages()) {
      if (pending.size() < MAX_IMAGES) {
        pending.add(image);
      }
      if (seen.size() < MAX_IMAGES && !seen.contains(image)) {
        seen.push(image);
      }
    }
    for (var match : matches.imageMatches()) {
      if (match.activity() == Activity.CONFIGURED
          && match.mention() instanceof ImageMention.Named named
          && named.pinned()
          && configured.size() < MAX_IMAGES) {
        configured.add(named.image());
      }
    }
  }

  /** Removes the images of this step: they are not the cause of the failure. */
  void resolve(StepState state) {
    state.resolvableImages().forEach(pending::remove);
  }

  /** Removes an image that turned out to be there. */
  void resolve(ImageReference image) {
    pending.removeIf(other -> isSameTag(other, image));
  }

  /** Returns whether both name the same tag; one of them may be pinned to a digest. */
  static boolean isSameTag(ImageReference one, ImageReference other) {
    return one.name().equals(other.name()) && Objects.equals(one.tag(), other.tag());
  }

  /** Returns the only candidate; empty if there are several or none. */
  List<ImageReference> singleImage() {
    var images = pending.isEmpty() ? configured : pending;
    return images.size() == 1 ? List.copyOf(images) : List.of();
  }

  /**
   * Returns the full name of an image whose tool leaves the registry out, as in {@code Pulling from
   * a/b}, if an earlier line has it.
   */
  ImageMention qualify(ImageMention mention, StepState state) {
    if (!(mention instanceof ImageMention.Named partial) || partial.qualified()) {
      return mention;
    }
    for (var image : state.images()) {
      if (image instanceof ImageMention.Named named
          && isSameRepository(named.image(), partial.image())) {
        return named;
      }
    }
    return seen.stream()
        .filter(image -> isSameRepository(image, partial.image()))
        .filter(image -> image.identifier().equals(partial.image().identifier()))
        .findFirst()
        .<ImageMention>map(image -> new ImageMention.Named(image, true, true))
        .orElse(mention);
  }

  private static boolean isSameRepository(ImageReference image, ImageReference partial) {
    return image.repository().equals(partial.repository())
        || partial.repository().equals("library/" + image.repository());
  }
}
