package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.pattern.Cause;
import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Map;

/** The result of a diagnosis. */
public sealed interface Diagnosis {
  /**
   * An image pull failed.
   *
   * @param images the images in the order in which they failed; empty if the text names none
   * @param evidence the line that shows the failure
   * @param causedFailure whether the workload failed because of it; false if it continued and
   *     failed for another reason
   * @param imageCauses the causes of single images; images without one have {@code cause}
   * @param reasonKnown whether the text says why; if not, {@code cause} is {@link
   *     Cause#UPSTREAM_ERROR}, because messages are often cut before the response of the registry
   */
  record PullFailed(
      Cause cause,
      List<ImageReference> images,
      Evidence evidence,
      boolean causedFailure,
      Map<ImageReference, ImageCause> imageCauses,
      boolean reasonKnown)
      implements Diagnosis {
    public PullFailed {
      images = List.copyOf(images);
      imageCauses = Map.copyOf(imageCauses);
    }

    /** Creates a diagnosis with the same cause for all images. */
    public PullFailed(
        Cause cause, List<ImageReference> images, Evidence evidence, boolean causedFailure) {
      this(cause, images, evidence, causedFailure, Map.of());
    }

    /** Creates a diagnosis whose reason is known. */
    public PullFailed(
        Cause cause,
        List<ImageReference> images,
        Evidence evidence,
        boolean causedFailure,
        Map<ImageReference, ImageCause> imageCauses) {
      this(cause, images, evidence, causedFailure, imageCauses, true);
    }

    /** Returns why this image could not be pulled. */
    public ImageCause causeOf(ImageReference image) {
      return imageCauses.getOrDefault(image, new ImageCause(cause, false));
    }

    /** Returns the images whose pull succeeds if they are mirrored. */
    public List<ImageReference> fixableImages() {
      return images.stream()
          .filter(image -> causeOf(image).isFixableByMirroring())
          .filter(image -> !PlaceholderNames.isPlaceholder(image))
          .toList();
    }

    /** Returns whether the client failed by itself, for all images. */
    public boolean isClientSide() {
      return !images.isEmpty() && images.stream().allMatch(image -> causeOf(image).clientSide());
    }
  }

  /**
   * Why one image could not be pulled.
   *
   * @param clientSide whether the client or its host failed by itself, as with a full disk: a
   *     mirrored image does not avoid that
   */
  record ImageCause(Cause cause, boolean clientSide) {
    /** Returns whether a mirrored image avoids this cause. */
    public boolean isFixableByMirroring() {
      return cause.isFixableByMirroring() && !clientSide;
    }
  }

  /** No image pull failed, or the text does not prove it. */
  record NotAPullFailure() implements Diagnosis {}
}
