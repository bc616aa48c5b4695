/** Contains AWS services in memory whose state changes with the simulated time. */
@NullMarked
package io.pullrescue.simulation.aws;

import org.jspecify.annotations.NullMarked;
