package io.pullrescue.replication;

import io.pullrescue.image.Platform;
import io.pullrescue.registry.auth.RegistryCredentials;
import org.jspecify.annotations.Nullable;

/**
 * The options of one copy.
 *
 * @param platform the only platform to copy, under its own digest and a tag of its own; null for
 *     all platforms
 * @param sourceCredentials credentials for the registry of the image, in place of the configured
 *     ones; null to use those
 * @param concurrencyReductions how often to divide the number of concurrent blobs by four: on a
 *     slow link, one complete blob is worth more than eight incomplete ones
 * @param reservedPulls pulls of the upstream's rate limit that are left to others
 * @param maxRateLimitedRequests requests that may count against the upstream's rate limit
 * @param maxBytes a copy of more bytes is not started but deferred, to be continued at once where
 *     it does not delay others
 * @param movesTags whether a tag that the mirror holds may move to another digest
 */
public record CopyOptions(
    @Nullable Platform platform,
    @Nullable RegistryCredentials sourceCredentials,
    int concurrencyReductions,
    long reservedPulls,
    int maxRateLimitedRequests,
    long maxBytes,
    boolean movesTags) {
  /** All platforms, configured credentials, full concurrency, no limits, and tags may move. */
  public static final CopyOptions DEFAULTS =
      new CopyOptions(null, null, 0, 0, Integer.MAX_VALUE, Long.MAX_VALUE, true);

  /** Returns these options with only this platform; null for all platforms. */
  public CopyOptions withPlatform(@Nullable Platform onlyPlatform) {
    return new CopyOptions(
        onlyPlatform,
        sourceCredentials,
        concurrencyReductions,
        reservedPulls,
        maxRateLimitedRequests,
        maxBytes,
        movesTags);
  }

  /** Returns these options with these credentials for the registry of the image. */
  public CopyOptions withSourceCredentials(RegistryCredentials credentials) {
    return new CopyOptions(
        platform,
        credentials,
        concurrencyReductions,
        reservedPulls,
        maxRateLimitedRequests,
        maxBytes,
        movesTags);
  }
}
