package io.pullrescue.workload.codebuild;

import io.pullrescue.image.ImageReference;
import org.jspecify.annotations.Nullable;

/**
 * What is put into a project where a retry takes no overrides: in a pipeline and in a batch build.
 * The project itself keeps what it said before, so that the change can be undone.
 *
 * @param retryState where the next builds of the project stand, put into its environment variables
 * @param environmentImage the copy to run in; null where the image stays
 * @param buildspec the text to run; null where it stays
 */
public record ProjectUpdate(
    String projectName,
    RetryState retryState,
    @Nullable ImageReference environmentImage,
    @Nullable String buildspec) {}
