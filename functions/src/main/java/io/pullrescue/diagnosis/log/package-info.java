/** Splits the output of tools into lines without timestamps, prefixes and markup. */
@NullMarked
package io.pullrescue.diagnosis.log;

import org.jspecify.annotations.NullMarked;
