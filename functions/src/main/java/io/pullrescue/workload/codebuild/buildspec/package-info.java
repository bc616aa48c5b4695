/** Finds, reads and edits buildspecs. */
@NullMarked
package io.pullrescue.workload.codebuild.buildspec;

import org.jspecify.annotations.NullMarked;
