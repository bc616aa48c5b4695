/** Contains the commands that run on a local machine: {@code scripts/pull-rescue}. */
@NullMarked
package io.pullrescue.cli;

import org.jspecify.annotations.NullMarked;
