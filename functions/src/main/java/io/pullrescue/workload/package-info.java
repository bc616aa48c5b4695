/**
 * Holds what the kinds of workload share: their registry, their results, and the look-up and
 * rewrite of container images. A new kind is a subpackage with an implementation of {@link
 * io.pullrescue.workload.Workload}.
 */
@NullMarked
package io.pullrescue.workload;

import org.jspecify.annotations.NullMarked;
