/** Contains the Lambda functions: entry points, services, and the factory of their dependencies. */
@NullMarked
package io.pullrescue.lambda;

import org.jspecify.annotations.NullMarked;
