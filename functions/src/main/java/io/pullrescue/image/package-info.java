/** Parses and formats image references, digests and platforms. */
@NullMarked
package io.pullrescue.image;

import org.jspecify.annotations.NullMarked;
