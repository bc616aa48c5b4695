/** Contains programs that fuzz the diagnosis of logs and measure its cost. */
@NullMarked
package io.pullrescue.diagnosis.tools;

import org.jspecify.annotations.NullMarked;
