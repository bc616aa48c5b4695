package io.pullrescue.workload;

import org.jspecify.annotations.Nullable;

/**
 * A container of a task or a job, as far as it tells of a pull.
 *
 * @param image as the definition names it; null where the service put the container in by itself
 * @param reason why it stopped, as its agent says; empty where it did not say
 * @param pullSecret the name or ARN of the secret that the definition has for the image's registry;
 *     null where it has none
 */
public record ContainerStatus(
    String name, @Nullable String image, String reason, @Nullable String pullSecret) {
  /** Whether its image could not be pulled, as its agent says. */
  boolean failedToPull() {
    return StoppedContainers.isPullError(reason);
  }
}
