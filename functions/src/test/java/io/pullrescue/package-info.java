/** Rules that hold over all packages. */
@NullMarked
package io.pullrescue;

import org.jspecify.annotations.NullMarked;
