package io.pullrescue.lambda;

import io.pullrescue.failure.Origin;
import io.pullrescue.image.ImageReference;
import io.pullrescue.image.Platform;
import io.pullrescue.replication.ReplicationRequest;
import org.jspecify.annotations.Nullable;

/**
 * What is to be copied, and how.
 *
 * @param platform what whoever waits for it runs on; null where nobody can tell, and where the
 *     digest of the whole was asked for: a part has another
 * @param credentials the secret that a definition names to log in with; null where none does
 * @param restraint how often the number of blobs at once is to be lowered
 * @param spared how many of the pulls that upstream still allows are for others
 */
record CopyOrder(
    ImageReference image,
    @Nullable Platform platform,
    @Nullable String credentials,
    int restraint,
    long spared) {
  /** Three large images with all their platforms: what a refresh leaves to work that failed. */
  private static final long FOR_FAILED_WORK = 60;

  /** What the request asks for, at its first, second, ... receipt. */
  static CopyOrder of(ReplicationRequest request, int attempt) {
    var image = request.image();
    var platform = image.digest() == null ? request.platform() : null;
    var restraint = request.continuation().restraint() + attempt - 1;
    var spared = request.origin() instanceof Origin.Refresh ? FOR_FAILED_WORK : 0;
    return new CopyOrder(image, platform, request.credentials(), restraint, spared);
  }
}
