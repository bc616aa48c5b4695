/** Retries the CodePipeline stages and build batches that builds belong to. */
@NullMarked
package io.pullrescue.workload.codebuild.parent;

import org.jspecify.annotations.NullMarked;
