package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.Clue.Role;
import io.pullrescue.image.ImageReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The images that a text names, for errors that name none or leave a part of the name out. */
final class Candidates {
  /** Where there are more, none is the only one. */
  private static final int MOST = 64;

  /** Whatever was to be read, before an error or after it, and is still in question. */
  private final Set<ImageReference> asked = new LinkedHashSet<>();

  /** Whatever was ever to be read, the last one first. */
  private final Deque<ImageReference> known = new ArrayDeque<>();

  /** What a configuration names that is quoted beside the error. */
  private final Set<ImageReference> configured = new LinkedHashSet<>();

  void remember(Signs signs, Work work) {
    for (var image : work.named()) {
      if (asked.size() < MOST) {
        asked.add(image);
      }
      if (known.size() < MOST && !known.contains(image)) {
        known.push(image);
      }
    }
    for (var note : signs.notes()) {
      if (note.role() == Role.CONFIGURED
          && note.mention() instanceof Mention.Named named
          && named.pinned()
          && configured.size() < MOST) {
        configured.add(named.image());
      }
    }
  }

  /** What this work was about is not in question any more. */
  void settle(Work work) {
    work.named().forEach(asked::remove);
  }

  /** The only image in question; empty where there are several or none. */
  List<ImageReference> only() {
    var images = asked.isEmpty() ? configured : asked;
    return images.size() == 1 ? List.copyOf(images) : List.of();
  }

  /** {@code Pulling from a/b} leaves the registry out; what was asked for before has it. */
  Mention fuller(Mention mention, Work work) {
    if (!(mention instanceof Mention.Named said)) {
      return mention;
    }
    for (var image : work.images()) {
      if (image instanceof Mention.Named named && endsWith(named.image(), said.image())) {
        return named;
      }
    }
    return known.stream()
        .filter(image -> endsWith(image, said.image()))
        .filter(image -> image.identifier().equals(said.image().identifier()))
        .findFirst()
        .<Mention>map(image -> new Mention.Named(image, true, true))
        .orElse(mention);
  }

  private static boolean endsWith(ImageReference whole, ImageReference part) {
    return whole.repository().equals(part.repository())
        || part.repository().equals("library/" + whole.repository());
  }
}
