/** One failed piece of work with everything it said, in order of trust. */
@NullMarked
package io.pullrescue.failure;

import org.jspecify.annotations.NullMarked;
