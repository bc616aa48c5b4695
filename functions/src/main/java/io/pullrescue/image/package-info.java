/** What an image is called: references, digests, platforms. */
@NullMarked
package io.pullrescue.image;

import org.jspecify.annotations.NullMarked;
