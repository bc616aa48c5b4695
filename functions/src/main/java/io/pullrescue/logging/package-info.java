/** Writes log lines: JSON objects in AWS Lambda, text on a terminal. */
@NullMarked
package io.pullrescue.logging;

import org.jspecify.annotations.NullMarked;
