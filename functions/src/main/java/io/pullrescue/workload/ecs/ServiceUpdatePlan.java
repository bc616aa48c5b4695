package io.pullrescue.workload.ecs;

import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Map;

/** What is to become of the work of a task that could not pull, or why nothing. */
public sealed interface ServiceUpdatePlan {
  /**
   * Have the service run a new revision of its task definition.
   *
   * @param task the one that failed
   * @param mirroredImages what the new revision starts from
   * @param containerImages the copy for each container that is to change, by the container's name
   * @param notes what people have to know about it
   */
  record UpdateService(
      Task task,
      EcsService service,
      TaskDefinition definition,
      List<MirroredImage> mirroredImages,
      Map<String, ImageReference> containerImages,
      List<String> notes)
      implements ServiceUpdatePlan {
    /** Copies all that could change. */
    public UpdateService {
      mirroredImages = List.copyOf(mirroredImages);
      containerImages = Map.copyOf(containerImages);
      notes = List.copyOf(notes);
    }
  }

  /** Nothing is left to do, or nobody asked for it. */
  record NoAction(String reason) implements ServiceUpdatePlan {}

  /** Leave it alone; {@code why} tells people what they can do. */
  record Skip(String reason) implements ServiceUpdatePlan {}
}
