package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.pattern.Cause;
import io.pullrescue.image.ImageReference;
import java.util.List;

/** What a failure was: a pull that failed, or something else. */
public sealed interface Diagnosis {
  /**
   * A pull failed.
   *
   * @param images the images meant, in the order they failed; empty where the text supports none
   * @param evidence the lines that the diagnosis rests on
   * @param causedFailure whether the work failed because of it; false where it went on and failed
   *     of something else
   */
  record PullFailed(
      Cause cause, List<ImageReference> images, Evidence evidence, boolean causedFailure)
      implements Diagnosis {
    /** Copies the list, so that a diagnosis never changes. */
    public PullFailed {
      images = List.copyOf(images);
    }
  }

  /** No pull failed, or none that the text lets us be sure of. */
  record NotAPullFailure() implements Diagnosis {}
}
