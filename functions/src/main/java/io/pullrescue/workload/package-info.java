/** Holds what CodeBuild, ECS and Batch have in common: loading a failure, and retrying it. */
@NullMarked
package io.pullrescue.workload;

import org.jspecify.annotations.NullMarked;
