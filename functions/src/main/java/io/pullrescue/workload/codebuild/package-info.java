/** Loads failed CodeBuild builds and retries them with the mirrored images. */
@NullMarked
package io.pullrescue.workload.codebuild;

import org.jspecify.annotations.NullMarked;
