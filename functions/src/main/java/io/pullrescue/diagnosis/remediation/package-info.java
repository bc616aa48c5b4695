/** Describes what a person can do about a pull failure. */
@NullMarked
package io.pullrescue.diagnosis.remediation;

import org.jspecify.annotations.NullMarked;
