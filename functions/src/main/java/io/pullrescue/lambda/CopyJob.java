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
 * @param maxRateLimitedRequests requests that may count against the upstream's rate limit
 * @param movesTags whether a tag that the mirror holds may move to another digest
 */
record CopyJob(
    ImageReference image,
    @Nullable Platform platform,
    @Nullable String pullSecret,
    int concurrencyReductions,
    long reservedPulls,
    int maxRateLimitedRequests,
    boolean movesTags) {
  /** A refresh leaves enough pulls for three large images with all their platforms. */
  private static final long PULLS_RESERVED_FOR_FAILURES = 60;

  /**
   * Creates the copy for a request.
   *
   * @param receiveCount how often the message of the request has been received, from 1; 0 if it was
   *     no message
   * @param maxRateLimitedRequestsPerTrigger what the images of one failure share
   */
  static CopyJob of(
      ReplicationRequest request, int receiveCount, int maxRateLimitedRequestsPerTrigger) {
    var image = request.image();
    var platform = image.digest() == null ? request.platform() : null;
    var resumeState = request.resumeState();
    // Nothing in a message can raise the limit.
    var share = maxRateLimitedRequestsPerTrigger / request.imagesOfTrigger();
    var remaining = Math.clamp((long) share - resumeState.rateLimitedRequests(), 0, share);
    return new CopyJob(
        image,
        platform,
        request.pullSecret(),
        resumeState.concurrencyReductions() + Math.max(0, receiveCount - 1),
        request.trigger() instanceof Trigger.Refresh ? PULLS_RESERVED_FOR_FAILURES : 0,
        remaining,
        movesTags(request.trigger(), receiveCount > 0));
  }

  /**
   * A failed workload is no reason to change what a tag stands for, for all who use it. A manual
   * request is never a message, so that a message which calls itself manual is forged.
   */
  private static boolean movesTags(Trigger trigger, boolean isMessage) {
    return switch (trigger) {
      case Trigger.Manual _ -> !isMessage;
      case Trigger.Refresh _ -> true;
      case Trigger.Build _ -> false;
      case Trigger.Task _ -> false;
      case Trigger.Job _ -> false;
    };
  }

  /**
   * Returns the options of the copy, without the credentials of the pull secret.
   *
   * @param maxBytes a copy of more bytes is deferred
   */
  CopyOptions options(PlatformSelection platforms, long maxBytes) {
    return new CopyOptions(
        platforms == PlatformSelection.NEEDED ? platform : null,
        null,
        concurrencyReductions,
        reservedPulls,
        maxRateLimitedRequests,
        maxBytes,
        movesTags);
  }
}
