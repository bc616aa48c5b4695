/** Loads failed AWS Batch jobs and submits them again with the mirrored images. */
@NullMarked
package io.pullrescue.workload.batch;

import org.jspecify.annotations.NullMarked;
