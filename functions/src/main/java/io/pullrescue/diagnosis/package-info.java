/** Diagnoses image pull failures: the cause, the images and the line that shows it. */
@NullMarked
package io.pullrescue.diagnosis;

import org.jspecify.annotations.NullMarked;
