package io.pullrescue.workload.codebuild;

/**
 * What a project says about all its builds.
 *
 * @param name of 2 to 150 characters
 * @param optedOut whether it carries the tag {@code pull-rescue = off}
 * @param runner whether its builds are runners for the jobs of a CI service (GitHub Actions,
 *     GitLab, Buildkite), which hands each job out once
 * @see <a href="https://docs.aws.amazon.com/codebuild/latest/userguide/action-runner.html">Runner
 *     projects</a>
 */
public record ProjectInfo(String name, boolean optedOut, boolean runner) {}
