package io.pullrescue.replication;

import io.pullrescue.image.ImageReference;
import java.time.Duration;
import java.util.List;

/** How a replication ended. */
public sealed interface Replication {
  /** The same, and where the image did not come, with this said beside the reason. */
  default Replication saying(String words) {
    return switch (this) {
      case Replicated it -> it;
      case Refused it -> new Refused(it.image(), it.why() + "; " + words);
      case Postponed it ->
          new Postponed(it.image(), it.why() + "; " + words, it.after(), it.tally());
    };
  }

  /**
   * The image is in the mirror, with the digest it has upstream.
   *
   * @param image the image as it was asked for
   * @param copy the same in the mirror, with its digest
   * @param source the reference that the bytes came from; the mirror's own where none had to move
   * @param remarks what came in part, or not along with it
   */
  record Replicated(
      ImageReference image,
      ImageReference copy,
      ImageReference source,
      Tally tally,
      List<String> remarks)
      implements Replication {
    /** Copies the list, so that a result never changes. */
    public Replicated {
      remarks = List.copyOf(remarks);
    }

    /** Whether the mirror had it already, under this very name. */
    public boolean isUnmoved() {
      return tally.manifests() == 0;
    }
  }

  /** It will not work however often it is tried; {@code why} says what would help. */
  record Refused(ImageReference image, String why) implements Replication {}

  /**
   * It did not work now; what was moved is kept.
   *
   * @param after how long to wait before the next try
   * @param tally what was moved before that
   */
  record Postponed(ImageReference image, String why, Duration after, Tally tally)
      implements Replication {
    /** Whether the next try has less to do than this one had. */
    public boolean madeProgress() {
      return tally.blobsMoved() > 0;
    }
  }
}
