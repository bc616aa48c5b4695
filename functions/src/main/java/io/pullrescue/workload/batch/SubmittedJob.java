package io.pullrescue.workload.batch;

import java.util.Map;

/**
 * A job with what it takes to decide whether it may be submitted again.
 *
 * @param platform {@code EC2} or {@code FARGATE}
 * @param managedByStepFunctions whether AWS Step Functions submitted it and waits for it
 * @param hadDependencies whether it had to wait for other jobs
 */
public record SubmittedJob(
    BatchJob job,
    Kind kind,
    String platform,
    boolean managedByStepFunctions,
    boolean hadDependencies,
    Map<String, String> tags) {
  /** The tag that says which job a job of ours stands for. */
  static final String ORIGIN_TAG = "pull-rescue-origin";

  /** Copies the tags, so that a job never changes. */
  public SubmittedJob {
    tags = Map.copyOf(tags);
  }

  /** What a job is made of. */
  public enum Kind {
    /** One task, of one container or of several. */
    SINGLE,
    /** Many jobs in one, or one of those. */
    ARRAY,
    /** Nodes that work together, or one of those. */
    MULTI_NODE,
    /** Pods on Amazon EKS. */
    EKS
  }
}
