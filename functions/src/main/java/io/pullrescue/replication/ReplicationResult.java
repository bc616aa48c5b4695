package io.pullrescue.replication;

import io.pullrescue.image.ImageReference;
import java.time.Duration;
import java.util.List;

/** The outcome of a replication. */
public sealed interface ReplicationResult {
  /** Returns this result with a note after the reason; unchanged if the image was replicated. */
  default ReplicationResult withNote(String note) {
    return switch (this) {
      case Replicated replicated -> replicated;
      case Failed failed -> new Failed(failed.image(), failed.reason() + "; " + note);
      case Deferred deferred ->
          new Deferred(
              deferred.image(),
              deferred.reason() + "; " + note,
              deferred.retryAfter(),
              deferred.stats());
    };
  }

  /**
   * The image is in the mirror, with the digest that it has upstream.
   *
   * @param image the image as requested
   * @param mirroredImage the image in the mirror, with its digest
   * @param source the image that was copied; the mirrored image itself if nothing was copied
   * @param notes what was not copied along with the image
   */
  record Replicated(
      ImageReference image,
      ImageReference mirroredImage,
      ImageReference source,
      CopyStats stats,
      List<String> notes)
      implements ReplicationResult {
    public Replicated {
      notes = List.copyOf(notes);
    }

    /** Returns whether the mirror already had the image under this name. */
    public boolean alreadyUpToDate() {
      return stats.manifests() == 0;
    }
  }

  /**
   * The image cannot be replicated, and another attempt would fail as well.
   *
   * @param reason what happened and what would help
   */
  record Failed(ImageReference image, String reason) implements ReplicationResult {}

  /**
   * The image was not replicated completely, but a later attempt may succeed. What was copied is
   * kept.
   *
   * @param retryAfter the delay before the next attempt
   * @param stats what was copied so far
   */
  record Deferred(ImageReference image, String reason, Duration retryAfter, CopyStats stats)
      implements ReplicationResult {
    /** Returns whether the next attempt has less to copy than this one had. */
    public boolean madeProgress() {
      return stats.blobsCopied() > 0;
    }
  }
}
