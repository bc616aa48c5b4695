package io.pullrescue.workload.ecs;

import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Map;

/** States what is to be done with a failed standalone task. */
sealed interface RunTaskPlan {
  /**
   * Runs the same task again, with a new revision of its task definition, or with the same revision
   * if it refers to the mirror.
   *
   * @param original the task that failed
   * @param definition the task definition of the original
   * @param newest the newest active revision of the definition's family
   * @param mirroredImages the mirrored images that the task needs
   * @param containerImages the mirror reference for each container that changes, by container name;
   *     empty if the task definition stays
   * @param startedBy {@code startedBy} of the new task, by which it is found again
   * @param clientToken the idempotency token of RunTask
   * @param notes what the owner of the task needs to know
   */
  record RunTask(
      EcsTask original,
      TaskDefinitionRevision definition,
      TaskDefinitionRevision newest,
      List<MirroredImage> mirroredImages,
      Map<String, ImageReference> containerImages,
      String startedBy,
      String clientToken,
      List<String> notes)
      implements RunTaskPlan {
    public RunTask {
      mirroredImages = List.copyOf(mirroredImages);
      containerImages = Map.copyOf(containerImages);
      notes = List.copyOf(notes);
    }

    /** Returns whether RunTask needs subnets and security groups. */
    boolean requiresNetwork() {
      return definition.usesAwsvpc();
    }
  }

  /** The settings and tags do not allow it; only the log has the reason. */
  record NoAction(String reason) implements RunTaskPlan {}

  /** The task cannot be retried; the reason is published. */
  record Skip(String reason) implements RunTaskPlan {}
}
