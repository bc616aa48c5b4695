package io.pullrescue.workload.batch;

import java.util.Comparator;
import java.util.Optional;
import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.batch.model.JobDefinition;

/** Describes jobs and job definitions. */
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

  /** Returns the job definition; empty if it does not exist. */
  Optional<JobDefinitionRevision> findDefinition(String arn) {
    return batch
        .describeJobDefinitions(request -> request.jobDefinitions(arn))
        .jobDefinitions()
        .stream()
        .findFirst()
        .map(JobDefinitionRevision::new);
  }

  /** Returns the newest active revision of this definition; empty if no revision is active. */
  Optional<JobDefinitionRevision> findNewestRevision(JobDefinitionRevision definition) {
    var name = definition.name().substring(0, definition.name().lastIndexOf(':'));
    return batch
        .describeJobDefinitionsPaginator(
            request -> request.jobDefinitionName(name).status("ACTIVE"))
        .jobDefinitions()
        .stream()
        .max(Comparator.comparing(JobDefinition::revision))
        .map(JobDefinitionRevision::new);
  }
}
