@NullMarked
package io.pullrescue.report;

import org.jspecify.annotations.NullMarked;
