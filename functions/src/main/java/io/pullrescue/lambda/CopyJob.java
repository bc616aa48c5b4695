package io.pullrescue.lambda;

import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import io.pullrescue.replication.request.ReplicationRequest;
import org.jspecify.annotations.Nullable;

/**
 * What is to be copied, and how.
 *
 * @param platform what whoever waits for it runs on; null where nobody can tell, and where the
 *     digest of the whole was asked for: a part has another
 * @param pullSecret the secret that a definition names to log in with; null where none does
 * @param concurrencyReductions how often the number of blobs at once is to be lowered
 * @param reservedPulls how many of the pulls that upstream still allows are for others
 */
record CopyJob(
    ImageReference image,
    @Nullable Platform platform,
    @Nullable String pullSecret,
    int concurrencyReductions,
    long reservedPulls) {
  /** Three large images with all their platforms: what a refresh leaves to work that failed. */
  private static final long PULLS_RESERVED_FOR_FAILURES = 60;

  /** What the request asks for, at its first, second, ... receipt. */
  static CopyJob of(ReplicationRequest request, int receiveCount) {
    var image = request.image();
    var platform = image.digest() == null ? request.platform() : null;
    var concurrencyReductions = request.resumeState().concurrencyReductions() + receiveCount - 1;
    var reservedPulls =
        request.trigger() instanceof Trigger.Refresh ? PULLS_RESERVED_FOR_FAILURES : 0;
    return new CopyJob(image, platform, request.pullSecret(), concurrencyReductions, reservedPulls);
  }
}
