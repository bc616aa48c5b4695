/** Contains the commands that run locally. */
@NullMarked
package io.pullrescue.cli;

import org.jspecify.annotations.NullMarked;
