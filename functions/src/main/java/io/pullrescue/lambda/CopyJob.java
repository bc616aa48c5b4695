package io.pullrescue.lambda;

import io.pullrescue.config.PlatformSelection;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import io.pullrescue.replication.CopyOptions;
import io.pullrescue.replication.request.ReplicationRequest;
import org.jspecify.annotations.Nullable;

/**
 * Describes the copy that a replication request requires.
 *
 * @param platform the platform of the workload; null if it is unknown, and for an image given by
 *     digest, because a single platform has another digest
 * @param pullSecret the name or ARN of the secret that the workload's definition names for the
 *     image; null if it names none
 * @param concurrencyReductions how often to reduce the number of concurrent blobs
 * @param reservedPulls pulls of the upstream's rate limit that are left to others
 */
record CopyJob(
    ImageReference image,
    @Nullable Platform platform,
    @Nullable String pullSecret,
    int concurrencyReductions,
    long reservedPulls) {
  /** A refresh leaves enough pulls for three large images with all their platforms. */
  private static final long PULLS_RESERVED_FOR_FAILURES = 60;

  /**
   * Creates the copy for a request.
   *
   * @param receiveCount how often the message of the request has been received, from 1
   */
  static CopyJob of(ReplicationRequest request, int receiveCount) {
    var image = request.image();
    var platform = image.digest() == null ? request.platform() : null;
    var concurrencyReductions = request.resumeState().concurrencyReductions() + receiveCount - 1;
    var reservedPulls =
        request.trigger() instanceof Trigger.Refresh ? PULLS_RESERVED_FOR_FAILURES : 0;
    return new CopyJob(image, platform, request.pullSecret(), concurrencyReductions, reservedPulls);
  }

  /** Returns the options of the copy, without the credentials of the pull secret. */
  CopyOptions options(PlatformSelection platforms) {
    return new CopyOptions(
        platforms == PlatformSelection.NEEDED ? platform : null,
        null,
        concurrencyReductions,
        reservedPulls);
  }
}
