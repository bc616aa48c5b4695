/** What a person runs on their own machine. */
@NullMarked
package io.pullrescue.command;

import org.jspecify.annotations.NullMarked;
