package io.pullrescue.workload.batch;

import java.util.Optional;

/** The jobs that were submitted, their definitions, and new submissions. */
public interface JobSubmitterPort {
  /** All that is known of this job; empty where Batch has forgotten it. */
  Optional<SubmittedJob> find(BatchJob job);

  /** The job definition with this ARN; empty where it is gone. */
  Optional<JobDefinition> findDefinition(String arn);

  /** The newest revision of it that may be submitted; empty where none is left. */
  Optional<JobDefinition> findNewestRevision(JobDefinition definition);

  /** Carries out the plan. However often it is asked for, there is one new job. */
  SubmissionResult submit(ResubmitPlan.SubmitJob plan);

  /** What became of a submission. */
  public sealed interface SubmissionResult {
    /**
     * The job is in its queue.
     *
     * @param jobId its id
     * @param revision what it runs, {@code name:revision}
     */
    record Submitted(String jobId, String revision) implements SubmissionResult {}

    /** It was submitted before. */
    record AlreadySubmitted(String jobId) implements SubmissionResult {}
  }
}
