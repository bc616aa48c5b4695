package io.pullrescue.retry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task definition as the ECS API describes it; only what a rescue is planned by.
 *
 * @param arn its own ARN, with the revision
 * @param executionRole the ARN of the role that pulls; null where the host's own does
 */
public record TaskDefinition(
    String arn, @Nullable String executionRole, List<ContainerDefinition> containers) {
  /** Copies the containers, so that a definition never changes. */
  public TaskDefinition {
    containers = List.copyOf(containers);
  }

  /** {@code family:revision}. */
  public String name() {
    return arn.substring(arn.lastIndexOf('/') + 1);
  }

  /**
   * What one container runs.
   *
   * @param image the reference as it stands there
   * @param hasCredentials whether a secret is named, to log in to the image's registry with
   */
  public record ContainerDefinition(String name, String image, boolean hasCredentials) {}
}
