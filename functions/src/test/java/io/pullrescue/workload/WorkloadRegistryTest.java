package io.pullrescue.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pullrescue.event.IncomingEvent.JobFailed;
import io.pullrescue.event.IncomingEvent.TaskFailed;
import io.pullrescue.event.IncomingEvent.WorkloadFailed;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.RetryRequest.Retry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WorkloadRegistryTest {
  private static final TaskFailed TASK = new TaskFailed("cluster", "task");
  private static final JobFailed JOB = new JobFailed("job");

  private final List<String> created = new ArrayList<>();
  private final WorkloadRegistry registry =
      new WorkloadRegistry()
          .register(TaskFailed.class, () -> create("ecs"))
          .register(JobFailed.class, () -> create("batch"));

  @Test
  void dispatchesByTypeOfEvent() {
    assertThat(registry.load(TASK)).isEqualTo(new LoadResult.NoFailure("ecs loads " + TASK));
    assertThat(registry.retry(retryOf(JOB)))
        .isEqualTo(new ProcessingResult.Completed("batch retries " + JOB));
  }

  @Test
  void createsWorkloadOnceAtItsFirstEvent() {
    assertThat(created).isEmpty();

    registry.load(TASK);
    registry.retry(retryOf(TASK));

    assertThat(created).containsExactly("ecs");
  }

  @Test
  void rejectsEventWithoutWorkload() {
    assertThatThrownBy(() -> new WorkloadRegistry().load(JOB))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no workload is registered for JobFailed");
  }

  private <E extends WorkloadFailed> Workload<E> create(String name) {
    created.add(name);
    return new Workload<>() {
      @Override
      public LoadResult load(E failed) {
        return new LoadResult.NoFailure(name + " loads " + failed);
      }

      @Override
      public ProcessingResult retry(E failed, Retry request) {
        return new ProcessingResult.Completed(name + " retries " + failed);
      }
    };
  }

  private static Retry retryOf(WorkloadFailed failed) {
    return new Retry(
        new Trigger.Manual("1"), failed, ImageReference.of("ruby:2.7"), 0, null, false);
  }
}
