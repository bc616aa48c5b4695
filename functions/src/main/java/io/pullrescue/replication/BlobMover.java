package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Streams blobs from an upstream into the mirror, several at once, through memory alone. */
final class BlobMover {
  private final UpstreamRepository upstream;
  private final Destination destination;
  private final Deadline deadline;
  private final Progress progress;
  private final RunningTally tally;
  private final Set<Digest> arrived = ConcurrentHashMap.newKeySet();

  BlobMover(
      UpstreamRepository upstream,
      Destination destination,
      Deadline deadline,
      Progress progress,
      RunningTally tally) {
    this.upstream = upstream;
    this.destination = destination;
    this.deadline = deadline;
    this.progress = progress;
    this.tally = tally;
  }

  void move(List<Descriptor> blobs, SideBySide sideBySide) {
    progress.planned(blobs.size(), blobs.stream().mapToLong(Descriptor::size).sum());
    var present = destination.holdings(blobs);
    List<Callable<Descriptor>> moves = new ArrayList<>();
    for (var blob : blobs) {
      moves.add(() -> move(blob, present));
    }
    sideBySide.run(moves);
  }

  private Descriptor move(Descriptor blob, Predicate<Descriptor> held) {
    var present = held.test(blob);
    if (present) {
      tally.present(blob);
    } else {
      destination
          .registry()
          .upload(blob, () -> new VerifiedStream(upstream.open(blob), blob, deadline, progress));
      tally.moved(blob);
    }
    arrived.add(blob.digest());
    progress.arrived(blob, !present);
    return blob;
  }

  /** Whether the mirror is known to have all blobs of this manifest. */
  boolean hasAllOf(Manifest manifest) {
    return manifest.blobs().stream()
        .allMatch(blob -> blob.isForeign() || arrived.contains(blob.digest()));
  }
}
