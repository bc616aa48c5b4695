/** Authenticates against registries: challenges, token requests and the credentials for them. */
@NullMarked
package io.pullrescue.registry.auth;

import org.jspecify.annotations.NullMarked;
