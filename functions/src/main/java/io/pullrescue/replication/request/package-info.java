/** Plans and queues replication requests. */
@NullMarked
package io.pullrescue.replication.request;

import org.jspecify.annotations.NullMarked;
