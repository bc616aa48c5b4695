/** Parses the events that start a rescue. */
@NullMarked
package io.pullrescue.event;

import org.jspecify.annotations.NullMarked;
