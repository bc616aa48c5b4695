/** Finds image references in free text. */
@NullMarked
package io.pullrescue.diagnosis.reference;

import org.jspecify.annotations.NullMarked;
