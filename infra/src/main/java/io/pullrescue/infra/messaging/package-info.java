/** Creates the queues, the rules that feed them, and the notifications. */
@NullMarked
package io.pullrescue.infra.messaging;

import org.jspecify.annotations.NullMarked;
