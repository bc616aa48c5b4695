package io.pullrescue.workload.codebuild.parent;

import io.pullrescue.workload.codebuild.Build;
import io.pullrescue.workload.codebuild.parent.RetryReadiness.Ready;

/** Pipelines and batch builds, as their services know them. */
public interface ParentExecutionRetrierPort {
  /** Whether the failed parts can run again, and this build is still one of them. */
  RetryReadiness checkReadiness(ParentExecution parent, Build build);

  /** Has it run its failed parts again; says what runs, in words. */
  String retry(ParentExecution parent, Ready ready);
}
