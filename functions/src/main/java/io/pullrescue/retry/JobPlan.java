package io.pullrescue.retry;

import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Map;

/** What is to become of a job that could not pull, or why nothing. */
public sealed interface JobPlan {
  /**
   * Submit the same job again, with a new revision of its job definition, or with the same one
   * where that names the mirror.
   *
   * @param original the one that failed
   * @param copies what the new job starts from
   * @param images the copy for each container that is to change, by the container's name; none
   *     where the job definition stays
   * @param remarks what people have to know about it
   */
  record SubmitJob(
      SubmittedJob original,
      List<Copy> copies,
      Map<String, ImageReference> images,
      List<String> remarks)
      implements JobPlan {
    /** Copies all that could change. */
    public SubmitJob {
      copies = List.copyOf(copies);
      images = Map.copyOf(images);
      remarks = List.copyOf(remarks);
    }
  }

  /** Nothing is left to do, or nobody asked for it. */
  record Nothing(String why) implements JobPlan {}

  /** Leave it alone; {@code why} tells people what they can do. */
  record Leave(String why) implements JobPlan {}
}
