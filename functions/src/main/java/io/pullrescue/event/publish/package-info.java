/** Publishes what happened during a rescue to Amazon EventBridge. */
@NullMarked
package io.pullrescue.event.publish;

import org.jspecify.annotations.NullMarked;
