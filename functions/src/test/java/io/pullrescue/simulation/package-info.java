/** Simulates pull-rescue in a world of AWS services in memory, and audits what happened. */
@NullMarked
package io.pullrescue.simulation;

import org.jspecify.annotations.NullMarked;
