package io.pullrescue.retry;

import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Map;

/** What is to become of a task that stands alone and could not pull, or why nothing. */
public sealed interface TaskRunPlan {
  /**
   * Run the same task again, with a new revision of its task definition, or with the same one where
   * that names the mirror.
   *
   * @param original the one that failed
   * @param copies what the new revision starts from
   * @param images the copy for each container that is to change, by the container's name; none
   *     where the task definition stays
   * @param startedBy what the new task says of its start, by which it is found again
   * @param token by which ECS knows the same start again
   * @param hasInterface whether it has to be told where its network interface is to be
   * @param remarks what people have to know about it
   */
  record RunTask(
      StandaloneTask original,
      List<Copy> copies,
      Map<String, ImageReference> images,
      String startedBy,
      String token,
      boolean hasInterface,
      List<String> remarks)
      implements TaskRunPlan {
    /** Copies all that could change. */
    public RunTask {
      copies = List.copyOf(copies);
      images = Map.copyOf(images);
      remarks = List.copyOf(remarks);
    }
  }

  /** Nothing is left to do, or nobody asked for it. */
  record Nothing(String why) implements TaskRunPlan {}

  /** Leave it alone; {@code why} tells people what they can do. */
  record Leave(String why) implements TaskRunPlan {}
}
