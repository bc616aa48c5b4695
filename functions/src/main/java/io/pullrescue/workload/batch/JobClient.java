package io.pullrescue.workload.batch;

import static java.util.stream.Collectors.toMap;

import io.pullrescue.aws.UnknownMembers;
import java.util.Comparator;
import java.util.Map;
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
    var unknownMembers = new UnknownMembers();
    return batch
        .describeJobs(request ->
            request
                .jobs(id)
                .overrideConfiguration(override -> override.addPlugin(unknownMembers.plugin())))
        .jobs()
        .stream()
        .findFirst()
        .map(job -> new BatchJob(job, settings(unknownMembers, "jobs[0]")));
  }

  /** Returns what the SDK does not know of a job or job definition, as JSON by path. */
  private static Map<String, String> settings(UnknownMembers unknownMembers, String structure) {
    return unknownMembers.membersOf(structure).entrySet().stream()
        .collect(toMap(Map.Entry::getKey, member -> member.getValue().toString()));
  }

  /** Returns the job definition; empty if it does not exist. */
  Optional<JobDefinitionRevision> findDefinition(String arn) {
    var unknownMembers = new UnknownMembers();
    return batch
        .describeJobDefinitions(request ->
            request
                .jobDefinitions(arn)
                .overrideConfiguration(override -> override.addPlugin(unknownMembers.plugin())))
        .jobDefinitions()
        .stream()
        .findFirst()
        .map(definition ->
            new JobDefinitionRevision(definition, settings(unknownMembers, "jobDefinitions[0]")));
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
        .map(JobDefinition::jobDefinitionArn)
        .flatMap(newest ->
            newest.equals(definition.arn()) ? Optional.of(definition) : findDefinition(newest));
  }
}
