package io.pullrescue.workload.codebuild;

import java.time.Instant;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.Project;

/**
 * What was read about a failed build before its retry is planned.
 *
 * @param history the recent builds of the project
 * @param now the time at which the retry is planned
 */
record RetryContext(Build build, Project project, BuildHistory history, Instant now) {}
