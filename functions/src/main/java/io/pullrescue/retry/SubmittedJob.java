package io.pullrescue.retry;

import io.pullrescue.failure.Job;
import java.util.Map;

/**
 * A job with what it takes to decide whether it may be submitted again.
 *
 * @param platform {@code EC2} or {@code FARGATE}
 * @param owned whether AWS Step Functions submitted it and waits for it
 * @param waited whether it had to wait for other jobs
 */
public record SubmittedJob(
    Job job, Kind kind, String platform, boolean owned, boolean waited, Map<String, String> tags) {
  /** The tag that says which job a job of ours stands for. */
  public static final String ORIGIN = "pull-rescue-origin";

  /** Copies the tags, so that a job never changes. */
  public SubmittedJob {
    tags = Map.copyOf(tags);
  }

  /** What a job is made of. */
  public enum Kind {
    /** One task, of one container or of several. */
    ONE_TASK,
    /** Many jobs in one, or one of those. */
    ARRAY,
    /** Nodes that work together, or one of those. */
    SEVERAL_NODES,
    /** Pods on Amazon EKS. */
    PODS
  }
}
