/** Creates the Lambda functions, each with its own role, log group and environment variables. */
@NullMarked
package io.pullrescue.infra.function;

import org.jspecify.annotations.NullMarked;
