package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.pattern.ContextPattern.Activity;
import io.pullrescue.diagnosis.pattern.LineMatches;
import io.pullrescue.diagnosis.reference.ImageMention;
import io.pullrescue.image.ImageReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The images that a text names, for errors that name none or leave a part of the name out. */
final class CandidateImages {
  /** Where there are more, none is the only one. */
  private static final int MAX_IMAGES = 64;

  /** Whatever was to be read, before an error or after it, and is still in question. */
  private final Set<ImageReference> pending = new LinkedHashSet<>();

  /** Whatever was ever to be read, the last one first. */
  private final Deque<ImageReference> seen = new ArrayDeque<>();

  /** What a configuration names that is quoted beside the error. */
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

  /** What this work was about is not in question any more. */
  void resolve(StepState state) {
    state.resolvableImages().forEach(pending::remove);
  }

  /** The only image in question; empty where there are several or none. */
  List<ImageReference> singleImage() {
    var images = pending.isEmpty() ? configured : pending;
    return images.size() == 1 ? List.copyOf(images) : List.of();
  }

  /** {@code Pulling from a/b} leaves the registry out; what was asked for before has it. */
  ImageMention qualify(ImageMention mention, StepState state) {
    if (!(mention instanceof ImageMention.Named partial)) {
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
