package io.pullrescue.retry;

import io.pullrescue.failure.Task;
import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Map;

/** What is to become of the work of a task that could not pull, or why nothing. */
public sealed interface TaskPlan {
  /**
   * Have the service run a new revision of its task definition.
   *
   * @param task the one that failed
   * @param copies what the new revision starts from
   * @param images the copy for each container that is to change, by the container's name
   * @param remarks what people have to know about it
   */
  record UpdateService(
      Task task,
      Service service,
      TaskDefinition definition,
      List<Copy> copies,
      Map<String, ImageReference> images,
      List<String> remarks)
      implements TaskPlan {
    /** Copies all that could change. */
    public UpdateService {
      copies = List.copyOf(copies);
      images = Map.copyOf(images);
      remarks = List.copyOf(remarks);
    }
  }

  /** Nothing is left to do, or nobody asked for it. */
  record Nothing(String why) implements TaskPlan {}

  /** Leave it alone; {@code why} tells people what they can do. */
  record Leave(String why) implements TaskPlan {}
}
