package io.pullrescue.workload;

import io.pullrescue.event.IncomingEvent.WorkloadFailed;
import io.pullrescue.workload.RetryRequest.Retry;

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
   * @param request names one image of the workload that has been mirrored
   */
  ProcessingResult retry(E failed, Retry request);
}
