package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import org.jspecify.annotations.Nullable;

/**
 * What a registry answers to HEAD of a manifest, which no registry counts as a pull.
 *
 * @param digest of the manifest; absent where the registry does not say
 */
public record Announcement(@Nullable Digest digest, Quota quota) {}
