package io.pullrescue.replication;

import io.pullrescue.image.ImageReference;
import java.time.Duration;
import java.util.List;

/** How a replication ended. */
public sealed interface ReplicationResult {
  /** The same, and where the image did not come, with this said beside the reason. */
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
   * The image is in the mirror, with the digest it has upstream.
   *
   * @param image the image as it was asked for
   * @param mirroredImage the same in the mirror, with its digest
   * @param source the reference that the bytes came from; the mirror's own where none had to move
   * @param notes what came in part, or not along with it
   */
  record Replicated(
      ImageReference image,
      ImageReference mirroredImage,
      ImageReference source,
      CopyStats stats,
      List<String> notes)
      implements ReplicationResult {
    /** Copies the list, so that a result never changes. */
    public Replicated {
      notes = List.copyOf(notes);
    }

    /** Whether the mirror had it already, under this very name. */
    public boolean alreadyUpToDate() {
      return stats.manifests() == 0;
    }
  }

  /** It will not work however often it is tried; {@code why} says what would help. */
  record Failed(ImageReference image, String reason) implements ReplicationResult {}

  /**
   * It did not work now; what was moved is kept.
   *
   * @param retryAfter how long to wait before the next try
   * @param stats what was moved before that
   */
  record Deferred(ImageReference image, String reason, Duration retryAfter, CopyStats stats)
      implements ReplicationResult {
    /** Whether the next try has less to do than this one had. */
    public boolean madeProgress() {
      return stats.blobsCopied() > 0;
    }
  }
}
