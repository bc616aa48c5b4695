/** The same work again, so that it uses the copy. */
@NullMarked
package io.pullrescue.retry;

import org.jspecify.annotations.NullMarked;
