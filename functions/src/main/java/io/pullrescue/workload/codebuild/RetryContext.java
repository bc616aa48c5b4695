package io.pullrescue.workload.codebuild;

import java.time.Instant;

/** All that a retry is decided by, beside the copies. */
public record RetryContext(Build build, ProjectInfo project, BuildHistory history, Instant now) {}
