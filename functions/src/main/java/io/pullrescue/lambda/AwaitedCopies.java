package io.pullrescue.lambda;

import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import io.pullrescue.replication.Mirror;
import io.pullrescue.retry.Copies;
import io.pullrescue.retry.Copy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which of the images that failed work waits for are in the mirror by now. */
final class AwaitedCopies {
  private final Copies copies;

  AwaitedCopies(Copies copies) {
    this.copies = copies;
  }

  /**
   * These images in the mirror.
   *
   * @param arrival the image that has just arrived
   * @param platform what the work runs on; null where nobody can tell
   */
  Awaited of(ImageReplicated arrival, List<ImageReference> images, @Nullable Platform platform) {
    var there = new ArrayList<Copy>();
    var missing = new ArrayList<ImageReference>();
    for (var image : images) {
      find(arrival, image, platform).ifPresentOrElse(there::add, () -> missing.add(image));
    }
    return new Awaited(there, missing);
  }

  private Optional<Copy> find(
      ImageReplicated arrival, ImageReference image, @Nullable Platform platform) {
    return image.equals(arrival.image())
        ? Copy.of(image, arrival.copy())
        : copies.find(image).or(() -> part(image, platform));
  }

  /** Where only the platforms that are needed are copied, the whole image is never there. */
  private Optional<Copy> part(ImageReference image, @Nullable Platform platform) {
    return Optional.ofNullable(platform)
        .flatMap(it -> Mirror.only(it, image))
        .flatMap(copies::find)
        .map(part -> new Copy(image, part.copy(), part.digest()));
  }

  /** What is there, and what is still to come. */
  record Awaited(List<Copy> copies, List<ImageReference> missing) {
    Awaited {
      copies = List.copyOf(copies);
      missing = List.copyOf(missing);
    }
  }
}
