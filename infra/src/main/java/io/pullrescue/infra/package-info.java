/** What is deployed: the queues, the functions with their rights, and the rules that feed them. */
@NullMarked
package io.pullrescue.infra;

import org.jspecify.annotations.NullMarked;
