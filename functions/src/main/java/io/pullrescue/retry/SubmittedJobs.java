package io.pullrescue.retry;

import io.pullrescue.failure.Job;
import java.util.Optional;

/** The jobs that were submitted, their definitions, and new submissions. */
public interface SubmittedJobs {
  /** All that is known of this job; empty where Batch has forgotten it. */
  Optional<SubmittedJob> submitted(Job job);

  /** The job definition with this ARN; empty where it is gone. */
  Optional<JobDefinition> definition(String arn);

  /** The newest revision of it that may be submitted; empty where none is left. */
  Optional<JobDefinition> newest(JobDefinition definition);

  /** Carries out the plan. However often it is asked for, there is one new job. */
  Submission submit(JobPlan.SubmitJob plan);

  /** What became of a submission. */
  sealed interface Submission {
    /**
     * The job is in its queue.
     *
     * @param job its id
     * @param revision what it runs, {@code name:revision}
     */
    record Submitted(String job, String revision) implements Submission {}

    /** It was submitted before. */
    record Known(String job) implements Submission {}
  }
}
