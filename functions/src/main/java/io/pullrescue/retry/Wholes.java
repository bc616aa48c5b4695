package io.pullrescue.retry;

import io.pullrescue.failure.Build;
import io.pullrescue.retry.Readiness.Ready;

/** Pipelines and batch builds, as their services know them. */
public interface Wholes {
  /** Whether the failed parts can run again, and this build is still one of them. */
  Readiness readiness(Whole whole, Build build);

  /** Has it run its failed parts again; says what runs, in words. */
  String retry(Whole whole, Ready ready);
}
