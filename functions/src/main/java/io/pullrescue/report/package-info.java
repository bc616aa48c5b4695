/** What people and machines get to see of a rescue. */
@NullMarked
package io.pullrescue.report;

import org.jspecify.annotations.NullMarked;
