/** Contains fakes, servers and fixtures that several tests share. */
@NullMarked
package io.pullrescue.testing;

import org.jspecify.annotations.NullMarked;
