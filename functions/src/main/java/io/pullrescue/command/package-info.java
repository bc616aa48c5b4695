/** The stages by hand, from a terminal. */
@NullMarked
package io.pullrescue.command;

import org.jspecify.annotations.NullMarked;
