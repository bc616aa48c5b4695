package io.pullrescue.testing;

import io.pullrescue.workload.batch.BatchJob;
import io.pullrescue.workload.batch.JobDefinition;
import io.pullrescue.workload.batch.JobSubmitterPort;
import io.pullrescue.workload.batch.ResubmitPlan.SubmitJob;
import io.pullrescue.workload.batch.SubmittedJob;
import io.pullrescue.workload.ecs.TaskDefinition.ContainerDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Submissions of jobs in memory: a job that was submitted is found again. */
public final class FakeBatch implements JobSubmitterPort {
  public final List<SubmitJob> submittedJobs = new ArrayList<>();
  public final Map<String, String> tags = new HashMap<>();
  public SubmittedJob.Kind kind = SubmittedJob.Kind.SINGLE;
  public boolean jobUnknown;
  public boolean deregistered;

  @Override
  public Optional<SubmittedJob> find(BatchJob job) {
    return jobUnknown
        ? Optional.empty()
        : Optional.of(new SubmittedJob(job, kind, "EC2", false, false, tags));
  }

  @Override
  public Optional<JobDefinition> findDefinition(String arn) {
    var container = new ContainerDefinition("default", "python:3.12-slim", false);
    return Optional.of(new JobDefinition(arn, List.of(container), Map.of()));
  }

  @Override
  public Optional<JobDefinition> findNewestRevision(JobDefinition definition) {
    return Optional.of(definition).filter(jobDefinition -> !deregistered);
  }

  @Override
  public SubmissionResult submit(SubmitJob plan) {
    if (!submittedJobs.isEmpty()) {
      return new SubmissionResult.AlreadySubmitted("job-2");
    }
    submittedJobs.add(plan);
    return new SubmissionResult.Submitted("job-2", "nightly:13");
  }
}
