/** Why an image could not be pulled, and which image was meant. */
@NullMarked
package io.pullrescue.diagnosis;

import org.jspecify.annotations.NullMarked;
