/** JSON in, typed event out; what nobody knows becomes a value, not an error. */
@NullMarked
package io.pullrescue.event;

import org.jspecify.annotations.NullMarked;
