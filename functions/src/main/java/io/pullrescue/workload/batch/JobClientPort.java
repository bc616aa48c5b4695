package io.pullrescue.workload.batch;

import java.util.Optional;

/** The jobs of this account and region, as AWS Batch knows them. */
public interface JobClientPort {
  /** The job, or empty where Batch knows none of that id (any more). */
  Optional<BatchJob> find(String id);
}
