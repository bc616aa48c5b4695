/** Contains the Lambda handlers, the services behind them, and the factory that connects them. */
@NullMarked
package io.pullrescue.lambda;

import org.jspecify.annotations.NullMarked;
