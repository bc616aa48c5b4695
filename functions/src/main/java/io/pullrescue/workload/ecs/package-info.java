/** Loads failed Amazon ECS tasks and retries them, or their services, with the mirrored images. */
@NullMarked
package io.pullrescue.workload.ecs;

import org.jspecify.annotations.NullMarked;
