package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.pattern.Cause;
import io.pullrescue.image.ImageReference;
import java.util.List;

/** The result of a diagnosis. */
public sealed interface Diagnosis {
  /**
   * An image pull failed.
   *
   * @param images the images in the order in which they failed; empty if the text names none
   * @param evidence the line that shows the failure
   * @param causedFailure whether the workload failed because of it; false if it continued and
   *     failed for another reason
   */
  record PullFailed(
      Cause cause, List<ImageReference> images, Evidence evidence, boolean causedFailure)
      implements Diagnosis {
    public PullFailed {
      images = List.copyOf(images);
    }
  }

  /** No image pull failed, or the text does not prove it. */
  record NotAPullFailure() implements Diagnosis {}
}
