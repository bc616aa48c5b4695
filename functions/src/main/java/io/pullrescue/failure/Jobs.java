package io.pullrescue.failure;

import java.util.Optional;

/** The jobs of this account and region, as AWS Batch knows them. */
public interface Jobs {
  /** The job, or empty where Batch knows none of that id (any more). */
  Optional<Job> find(String id);
}
