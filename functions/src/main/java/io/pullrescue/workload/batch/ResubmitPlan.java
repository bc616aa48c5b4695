package io.pullrescue.workload.batch;

import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Map;

/** What is to become of a job that could not pull, or why nothing. */
public sealed interface ResubmitPlan {
  /**
   * Submit the same job again, with a new revision of its job definition, or with the same one
   * where that names the mirror.
   *
   * @param original the one that failed
   * @param mirroredImages what the new job starts from
   * @param containerImages the copy for each container that is to change, by the container's name;
   *     none where the job definition stays
   * @param notes what people have to know about it
   */
  record SubmitJob(
      SubmittedJob original,
      List<MirroredImage> mirroredImages,
      Map<String, ImageReference> containerImages,
      List<String> notes)
      implements ResubmitPlan {
    /** Copies all that could change. */
    public SubmitJob {
      mirroredImages = List.copyOf(mirroredImages);
      containerImages = Map.copyOf(containerImages);
      notes = List.copyOf(notes);
    }
  }

  /** Nothing is left to do, or nobody asked for it. */
  record NoAction(String reason) implements ResubmitPlan {}

  /** Leave it alone; {@code why} tells people what they can do. */
  record Skip(String reason) implements ResubmitPlan {}
}
