package io.pullrescue.workload;

import io.pullrescue.event.IncomingEvent.ImageReplicated;
import io.pullrescue.event.IncomingEvent.WorkloadFailed;

/**
 * Loads the failures of one kind of workload, such as tasks on Amazon ECS, and retries the workload
 * with mirrored images.
 *
 * @param <E> the event that names a workload of this kind
 */
public interface Workload<E extends WorkloadFailed> {
  /** Returns the failures of this workload, as the service's API describes it now. */
  LoadResult load(E failed);

  /**
   * Retries the workload once all images that it needs are mirrored.
   *
   * @param replicated the image that has just been mirrored
   * @param receiveCount how often the message has been received, from 1
   */
  ProcessingResult retry(E failed, ImageReplicated replicated, int receiveCount);
}
