package io.pullrescue.registry;

import io.pullrescue.image.Digest;
import io.pullrescue.registry.http.RateLimit;
import org.jspecify.annotations.Nullable;

/**
 * What a registry answers to HEAD of a manifest, which no registry counts as a pull.
 *
 * @param digest of the manifest; absent where the registry does not say
 */
public record ManifestHead(@Nullable Digest digest, RateLimit rateLimit) {}
