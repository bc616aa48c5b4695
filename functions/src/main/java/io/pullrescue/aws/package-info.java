/** The AWS APIs behind the ports of the stages. */
@NullMarked
package io.pullrescue.aws;

import org.jspecify.annotations.NullMarked;
