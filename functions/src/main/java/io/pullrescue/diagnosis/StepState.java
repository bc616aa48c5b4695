package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.pattern.ContextPattern.Activity;
import io.pullrescue.diagnosis.reference.ImageMention;
import io.pullrescue.image.ImageReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a tool, or one step of a build, is doing while its lines go by. */
final class StepState {
  /** Real builds read few at once; a longer list is not searched. */
  private static final int MAX_IMAGES = 64;

  private Activity activity = Activity.OTHER;

  /** The images being read, by their text; the one named last is last. */
  private final Map<String, ImageMention> images = new LinkedHashMap<>();

  /** Something else begins. */
  void switchTo(Activity newActivity) {
    activity = newActivity;
    images.clear();
  }

  /** An image begins to be read, instead of what went before. */
  void startPull(ImageMention image) {
    switchTo(Activity.PULLING);
    addPull(image);
  }

  /** A container begins, and its image may have to be read. */
  void startContainer(ImageMention image) {
    switchTo(Activity.PULL_RELATED);
    images.put(image.toString(), image);
  }

  /** One more image begins to be read. */
  void addPull(ImageMention image) {
    if (activity != Activity.PULLING) {
      switchTo(Activity.PULLING);
    }
    images.put(image.toString(), image);
    if (images.size() > MAX_IMAGES) {
      images.remove(images.keySet().iterator().next());
    }
  }

  /** All went well. */
  void complete() {
    if (activity == Activity.PULLING) {
      switchTo(Activity.OTHER);
    }
  }

  Activity activity() {
    return activity;
  }

  /** Those of the images that can be read. */
  List<ImageReference> resolvableImages() {
    return images.values().stream()
        .filter(ImageMention.Named.class::isInstance)
        .map(image -> ((ImageMention.Named) image).image())
        .toList();
  }

  List<ImageMention> images() {
    return List.copyOf(images.values());
  }
}
