/** Contains the clock, the scheduler, the faults and the history of a simulation. */
@NullMarked
package io.pullrescue.simulation.engine;

import org.jspecify.annotations.NullMarked;
