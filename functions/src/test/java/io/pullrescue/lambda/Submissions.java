package io.pullrescue.lambda;

import io.pullrescue.failure.Job;
import io.pullrescue.retry.JobDefinition;
import io.pullrescue.retry.JobPlan.SubmitJob;
import io.pullrescue.retry.SubmittedJob;
import io.pullrescue.retry.SubmittedJobs;
import io.pullrescue.retry.TaskDefinition.ContainerDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Submissions of jobs in memory: a job that was submitted is found again. */
final class Submissions implements SubmittedJobs {
  final List<SubmitJob> submitted = new ArrayList<>();
  final Map<String, String> tags = new HashMap<>();
  SubmittedJob.Kind kind = SubmittedJob.Kind.ONE_TASK;
  boolean forgotten;
  boolean deregistered;

  @Override
  public Optional<SubmittedJob> submitted(Job job) {
    return forgotten
        ? Optional.empty()
        : Optional.of(new SubmittedJob(job, kind, "EC2", false, false, tags));
  }

  @Override
  public Optional<JobDefinition> definition(String arn) {
    var only = new ContainerDefinition("default", "python:3.12-slim", false);
    return Optional.of(new JobDefinition(arn, List.of(only), Map.of()));
  }

  @Override
  public Optional<JobDefinition> newest(JobDefinition definition) {
    return Optional.of(definition).filter(it -> !deregistered);
  }

  @Override
  public Submission submit(SubmitJob plan) {
    if (!submitted.isEmpty()) {
      return new Submission.Known("job-2");
    }
    submitted.add(plan);
    return new Submission.Submitted("job-2", "nightly:13");
  }
}
