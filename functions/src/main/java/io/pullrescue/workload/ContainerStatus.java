package io.pullrescue.workload;

import org.jspecify.annotations.Nullable;

/**
 * Describes one container of a failed task or job.
 *
 * @param image as the definition has it; null for a container that AWS adds, such as the agent of
 *     Amazon GuardDuty
 * @param reason why it stopped, as the container agent reports it; empty without a reason
 * @param pullSecret the name or ARN of the secret for the image's registry in the definition; null
 *     without one
 */
public record ContainerStatus(
    String name, @Nullable String image, String reason, @Nullable String pullSecret) {
  /** Returns whether the container agent reports that it could not pull the image. */
  boolean failedToPull() {
    return StoppedContainers.isPullError(reason);
  }
}
