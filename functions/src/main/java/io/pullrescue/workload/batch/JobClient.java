package io.pullrescue.workload.batch;

import java.util.Optional;
import software.amazon.awssdk.services.batch.BatchClient;

/** Describes jobs. */
final class JobClient {
  private final BatchClient batch;

  JobClient(BatchClient batch) {
    this.batch = batch;
  }

  /** Returns the job; empty if it does not exist. Batch keeps an ended job for a week. */
  Optional<BatchJob> find(String id) {
    return batch.describeJobs(request -> request.jobs(id)).jobs().stream()
        .findFirst()
        .map(BatchJob::new);
  }
}
