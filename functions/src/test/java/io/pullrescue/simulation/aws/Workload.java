package io.pullrescue.simulation.aws;

import io.pullrescue.image.ImageReference;
import java.util.List;

/**
 * What a build, task, service or job of the simulation is and does.
 *
 * @param name the project, family and service, or job definition
 * @param images what it pulls
 * @param oneByOne whether it stops at the first image that it cannot pull
 * @param inProvisioning whether a build runs in the first image; otherwise its commands pull
 * @param failsAnyway whether it fails for another reason once it has all images
 * @param optedOut whether its owner has the tag {@code pull-rescue = off}
 * @param otherRole whether it runs with another role than its project's
 * @param ranCached whether its failed pull was survived, because the host had the image
 * @param ownNetwork whether a task has a network interface of its own, on AWS Fargate
 */
public record Workload(
    Type type,
    String name,
    List<ImageReference> images,
    boolean oneByOne,
    boolean inProvisioning,
    boolean failsAnyway,
    boolean optedOut,
    boolean otherRole,
    boolean ranCached,
    boolean ownNetwork) {
  public Workload {
    images = List.copyOf(images);
  }

  /** The kinds of workload. */
  public enum Type {
    BUILD,
    PIPELINE,
    SERVICE,
    TASK,
    JOB
  }
}
