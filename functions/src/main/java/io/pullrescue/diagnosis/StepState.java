package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.pattern.LogPattern.Activity;
import io.pullrescue.diagnosis.reference.ImageMention;
import io.pullrescue.image.ImageReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tracks what a shell, or one step of a build, is doing. */
final class StepState {
  /** Real builds pull few images at once; this bounds the memory for hostile logs. */
  private static final int MAX_IMAGES = 64;

  private Activity activity = Activity.OTHER;

  /** The images being pulled, by their text, in the order in which they were named. */
  private final Map<String, ImageMention> images = new LinkedHashMap<>();

  /** Whether the first step of a build pulls its image, and nothing came of it yet. */
  private boolean inFirstStep;

  /** Starts another activity, without images. */
  void switchTo(Activity newActivity) {
    activity = newActivity;
    inFirstStep = false;
    images.clear();
  }

  /** Starts the pull of one image, instead of the previous activity. */
  void startPull(ImageMention image) {
    switchTo(Activity.PULLING);
    addPull(image);
  }

  /** Starts the pull of a build's first image, beside those of other builds. */
  void startFirstStep(ImageMention image) {
    if (inFirstStep) {
      addPull(image);
    } else {
      startPull(image);
      inFirstStep = true;
    }
  }

  boolean isInFirstStep() {
    return inFirstStep;
  }

  /** Starts a container, whose image may have to be pulled. */
  void startContainer(ImageMention image) {
    switchTo(Activity.PULL_RELATED);
    images.put(image.toString(), image);
  }

  /** Starts the pull of one more image. */
  void addPull(ImageMention image) {
    if (activity != Activity.PULLING) {
      switchTo(Activity.PULLING);
    }
    images.put(image.toString(), image);
    if (images.size() > MAX_IMAGES) {
      images.remove(images.keySet().iterator().next());
    }
  }

  /** Ends the pulls: they succeeded. */
  void complete() {
    if (activity == Activity.PULLING) {
      switchTo(Activity.OTHER);
    }
  }

  /** Ends the pull of one image: it is there. */
  void complete(ImageReference image) {
    images
        .values()
        .removeIf(mention ->
            mention instanceof ImageMention.Named named
                && CandidateImages.isSameTag(named.image(), image));
  }

  Activity activity() {
    return activity;
  }

  /** Returns the images whose names are complete. */
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
