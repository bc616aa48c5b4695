package io.pullrescue.workload.ecs;

import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Map;

/** What is to become of a task that stands alone and could not pull, or why nothing. */
public sealed interface RunTaskPlan {
  /**
   * Run the same task again, with a new revision of its task definition, or with the same one where
   * that names the mirror.
   *
   * @param original the one that failed
   * @param mirroredImages what the new revision starts from
   * @param containerImages the copy for each container that is to change, by the container's name;
   *     none where the task definition stays
   * @param startedBy what the new task says of its start, by which it is found again
   * @param clientToken by which ECS knows the same start again
   * @param requiresNetwork whether it has to be told where its network interface is to be
   * @param notes what people have to know about it
   */
  record RunTask(
      StandaloneTask original,
      List<MirroredImage> mirroredImages,
      Map<String, ImageReference> containerImages,
      String startedBy,
      String clientToken,
      boolean requiresNetwork,
      List<String> notes)
      implements RunTaskPlan {
    /** Copies all that could change. */
    public RunTask {
      mirroredImages = List.copyOf(mirroredImages);
      containerImages = Map.copyOf(containerImages);
      notes = List.copyOf(notes);
    }
  }

  /** Nothing is left to do, or nobody asked for it. */
  record NoAction(String reason) implements RunTaskPlan {}

  /** Leave it alone; {@code why} tells people what they can do. */
  record Skip(String reason) implements RunTaskPlan {}
}
