/** What an image is called: references and digests. */
@NullMarked
package io.pullrescue.image;

import org.jspecify.annotations.NullMarked;
