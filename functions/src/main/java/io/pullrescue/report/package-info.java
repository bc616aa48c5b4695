/** Makes the rescue report of recorded events: what failed, why, and what became of it. */
@NullMarked
package io.pullrescue.report;

import org.jspecify.annotations.NullMarked;
