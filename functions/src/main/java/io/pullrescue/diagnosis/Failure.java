package io.pullrescue.diagnosis;

import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One failure with the evidence it left, in order of trust.
 *
 * @param recordedImage the image that the failed work itself was to run in, where its record names
 *     it (a build's environment image, the image of the container that failed); null where the
 *     record cannot say which image the error is about
 * @param excerpts the texts, most trusted first
 * @param pullRoleArn the ARN of the IAM role that pulled, where the record names it
 * @param platform what the failed work runs on; null where its record does not say
 * @param pullSecret the name or ARN of the secret that the record has for the registry of the image
 *     of record; null where it has none
 */
public record Failure(
    Trigger trigger,
    @Nullable ImageReference recordedImage,
    List<LogExcerpt> excerpts,
    @Nullable String pullRoleArn,
    @Nullable Platform platform,
    @Nullable String pullSecret) {
  /** Copies the list, so that a failure never changes. */
  public Failure {
    excerpts = List.copyOf(excerpts);
  }

  /** A failure that nobody's record tells of. */
  public Failure(
      Trigger trigger, @Nullable ImageReference recordedImage, List<LogExcerpt> excerpts) {
    this(trigger, recordedImage, excerpts, null, null, null);
  }
}
