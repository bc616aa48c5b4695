package io.pullrescue.workload.ecs;

import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.ecs.model.Service;

/** States what is to be done with the service of a failed task. */
sealed interface ServiceUpdatePlan {
  /**
   * Has the service run a new revision of its task definition.
   *
   * @param task the task that failed
   * @param mirroredImages the images of the new revision
   * @param containerImages the mirror reference for each container that changes, by container name
   * @param notes what the owner of the service needs to know
   */
  record UpdateService(
      EcsTask task,
      Service service,
      TaskDefinitionRevision definition,
      List<MirroredImage> mirroredImages,
      Map<String, ImageReference> containerImages,
      List<String> notes)
      implements ServiceUpdatePlan {
    public UpdateService {
      mirroredImages = List.copyOf(mirroredImages);
      containerImages = Map.copyOf(containerImages);
      notes = List.copyOf(notes);
    }
  }

  /**
   * Nothing is to be done, or the settings and tags do not allow it; only the log has the reason.
   */
  record NoAction(String reason) implements ServiceUpdatePlan {}

  /** The service cannot be updated; the reason is published. */
  record Skip(String reason) implements ServiceUpdatePlan {}
}
