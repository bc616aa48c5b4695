package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.Clue.Role;
import io.pullrescue.image.ImageReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a tool, or one step of a build, is doing while its lines go by. */
final class Work {
  /** Real builds read few at once; a longer list is not searched. */
  private static final int MOST_IMAGES = 64;

  private Role role = Role.OTHER;

  /** The images being read, by their text; the one named last is last. */
  private final Map<String, Mention> images = new LinkedHashMap<>();

  /** Something else begins. */
  void turnTo(Role other) {
    role = other;
    images.clear();
  }

  /** An image begins to be read, instead of what went before. */
  void read(Mention image) {
    turnTo(Role.READING);
    readToo(image);
  }

  /** A container begins, and its image may have to be read. */
  void run(Mention image) {
    turnTo(Role.PULL);
    images.put(image.toString(), image);
  }

  /** One more image begins to be read. */
  void readToo(Mention image) {
    if (role != Role.READING) {
      turnTo(Role.READING);
    }
    images.put(image.toString(), image);
    if (images.size() > MOST_IMAGES) {
      images.remove(images.keySet().iterator().next());
    }
  }

  /** All went well. */
  void done() {
    if (role == Role.READING) {
      turnTo(Role.OTHER);
    }
  }

  Role role() {
    return role;
  }

  /** Those of the images that can be read. */
  List<ImageReference> named() {
    return images.values().stream()
        .filter(Mention.Named.class::isInstance)
        .map(image -> ((Mention.Named) image).image())
        .toList();
  }

  List<Mention> images() {
    return List.copyOf(images.values());
  }
}
