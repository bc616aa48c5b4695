package io.pullrescue.diagnosis;

import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A failed workload with the texts that it left.
 *
 * @param trigger the workload or request that the failure belongs to
 * @param recordedImage the image in the record of the workload (the environment image of a build,
 *     the image of the failed container); null if the record does not say which image failed
 * @param excerpts the texts, most trusted first
 * @param pullRoleArn the ARN of the IAM role that pulled; null if the record does not name it
 * @param platform the platform of the workload; null if the record does not name it
 * @param pullSecret the name or ARN of the secret that the record has for the registry of the
 *     recorded image; null if it has none
 */
public record Failure(
    Trigger trigger,
    @Nullable ImageReference recordedImage,
    List<LogExcerpt> excerpts,
    @Nullable String pullRoleArn,
    @Nullable Platform platform,
    @Nullable String pullSecret) {
  public Failure {
    excerpts = List.copyOf(excerpts);
  }

  /** Creates a failure whose record names neither role, platform nor secret. */
  public Failure(
      Trigger trigger, @Nullable ImageReference recordedImage, List<LogExcerpt> excerpts) {
    this(trigger, recordedImage, excerpts, null, null, null);
  }
}
