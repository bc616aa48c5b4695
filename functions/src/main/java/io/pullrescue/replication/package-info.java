/** Copies one image byte for byte from its upstream into the mirror. */
@NullMarked
package io.pullrescue.replication;

import org.jspecify.annotations.NullMarked;
