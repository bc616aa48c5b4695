/** Lists the patterns by which messages of container tools are recognized, and matches them. */
@NullMarked
package io.pullrescue.diagnosis.pattern;

import org.jspecify.annotations.NullMarked;
