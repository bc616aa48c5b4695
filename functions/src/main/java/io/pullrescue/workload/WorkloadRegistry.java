package io.pullrescue.workload;

import io.pullrescue.event.IncomingEvent.WorkloadFailed;
import io.pullrescue.workload.RetryRequest.Retry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import software.amazon.awssdk.utils.Lazy;

/**
 * Dispatches failed work to the workload that is registered for its kind of event.
 *
 * <p>A workload and its AWS clients are created when the first event of its kind arrives, because
 * each client adds to the cold start of a function.
 */
public final class WorkloadRegistry {
  private final Map<Class<? extends WorkloadFailed>, Lazy<? extends Workload<?>>> workloads =
      new LinkedHashMap<>();

  /** Registers the workload for events of this type, and returns this registry. */
  public <E extends WorkloadFailed> WorkloadRegistry register(
      Class<E> eventType, Supplier<? extends Workload<E>> workload) {
    workloads.put(eventType, new Lazy<>(workload::get));
    return this;
  }

  /** Returns the failures of this work. */
  public LoadResult load(WorkloadFailed failed) {
    return workload(failed).load(failed);
  }

  /** Retries the work of this request once all images that it needs are mirrored. */
  public ProcessingResult retry(Retry request) {
    return workload(request.workload()).retry(request.workload(), request);
  }

  /** The cast is safe: {@link #register} accepts only a workload for events of the key's type. */
  @SuppressWarnings("unchecked")
  private Workload<WorkloadFailed> workload(WorkloadFailed failed) {
    var workload = workloads.get(failed.getClass());
    if (workload == null) {
      throw new IllegalStateException(
          "no workload is registered for " + failed.getClass().getSimpleName());
    }
    return (Workload<WorkloadFailed>) workload.getValue();
  }
}
