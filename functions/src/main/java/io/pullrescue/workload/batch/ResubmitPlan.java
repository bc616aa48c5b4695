package io.pullrescue.workload.batch;

import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Map;

/** States what is to be done with a failed job. */
sealed interface ResubmitPlan {
  /**
   * Submits the same job again, with a new revision of its job definition, or with the same
   * revision if it refers to the mirror.
   *
   * @param original the job that failed
   * @param definition the job definition of the original
   * @param newest the newest active revision of the definition
   * @param mirroredImages the mirrored images that the job needs
   * @param containerImages the mirror reference for each container that changes, by container name;
   *     empty if the job definition stays
   * @param notes what the owner of the job needs to know
   */
  record SubmitJob(
      BatchJob original,
      JobDefinitionRevision definition,
      JobDefinitionRevision newest,
      List<MirroredImage> mirroredImages,
      Map<String, ImageReference> containerImages,
      List<String> notes)
      implements ResubmitPlan {
    public SubmitJob {
      mirroredImages = List.copyOf(mirroredImages);
      containerImages = Map.copyOf(containerImages);
      notes = List.copyOf(notes);
    }
  }

  /** The settings and tags do not allow it; only the log has the reason. */
  record NoAction(String reason) implements ResubmitPlan {}

  /** The job cannot be retried; the reason is published. */
  record Skip(String reason) implements ResubmitPlan {}
}
