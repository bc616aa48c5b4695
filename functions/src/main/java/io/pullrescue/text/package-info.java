/** Sanitizes, redacts and matches text that comes from outside. */
@NullMarked
package io.pullrescue.text;

import org.jspecify.annotations.NullMarked;
