/** Sends requests to registries: transport, retries, endpoint checks, errors and rate limits. */
@NullMarked
package io.pullrescue.registry.http;

import org.jspecify.annotations.NullMarked;
