/** Contains programs that fuzz and measure the parsing of logs. */
@NullMarked
package io.pullrescue.diagnosis.tools;

import org.jspecify.annotations.NullMarked;
