package io.pullrescue.retry;

import io.pullrescue.failure.Build;
import java.time.Instant;

/** All that a retry is decided by, beside the copies. */
public record Situation(Build build, Project project, History history, Instant now) {}
