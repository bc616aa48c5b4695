/** One thin handler for each function, and the wiring behind it. */
@NullMarked
package io.pullrescue.lambda;

import org.jspecify.annotations.NullMarked;
