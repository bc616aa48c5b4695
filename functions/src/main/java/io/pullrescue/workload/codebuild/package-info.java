/**
 * Loads failed CodeBuild builds and retries them with the mirrored images.
 *
 * <p>{@link io.pullrescue.workload.codebuild.BuildFailureLoader} reads the evidence of a failure.
 * {@link io.pullrescue.workload.codebuild.BuildRetrier} reads the build, its project and its
 * history once, lets {@link io.pullrescue.workload.codebuild.BuildRetryPlanner} decide, and lets
 * {@link io.pullrescue.workload.codebuild.BuildRetryExecutor} act on the plan. {@link
 * io.pullrescue.workload.codebuild.BuildRecovery} handles a retry that succeeded.
 *
 * <p>Builds and projects are the SDK's models, whose text form contains the values of environment
 * variables. They must not be logged, nor be part of an exception's message.
 */
@NullMarked
package io.pullrescue.workload.codebuild;

import org.jspecify.annotations.NullMarked;
