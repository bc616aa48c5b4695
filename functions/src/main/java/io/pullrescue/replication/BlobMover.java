package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.replication.RegistryRefused.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Streams blobs from an upstream into the mirror, several at once, through memory alone. */
final class BlobMover {
  private final UpstreamRepository upstream;
  private final Destination destination;
  private final Deadline deadline;
  private final Progress progress;
  private final RunningTally tally;
  private final Map<Digest, Passage> moving = new ConcurrentHashMap<>();
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
    try {
      sideBySide.run(moves);
    } catch (RegistryRefused refused) {
      throw refused.reason() == Reason.OUT_OF_TIME ? unfinished(refused) : refused;
    }
  }

  private Descriptor move(Descriptor blob, Predicate<Descriptor> held) {
    var present = held.test(blob);
    if (present) {
      tally.present(blob);
    } else {
      var passage = new Passage(blob, progress);
      moving.put(blob.digest(), passage);
      destination
          .registry()
          .upload(blob, () -> new VerifiedStream(upstream.open(blob), passage, deadline));
      moving.remove(blob.digest());
      tally.moved(blob);
    }
    arrived.add(blob.digest());
    progress.arrived(blob, !present);
    return blob;
  }

  /** Who cannot be finished in the time there is must be known by name. */
  private RegistryRefused unfinished(RegistryRefused refused) {
    var why =
        "%s; %d blobs arrived in it, and these did not: %s"
            .formatted(
                refused.getMessage(),
                tally.sum().blobsMoved(),
                moving.values().stream()
                    .sorted(
                        Comparator.comparingLong((Passage passage) -> passage.blob().size())
                            .reversed())
                    .map(Passage::toString)
                    .collect(Collectors.joining(", ")));
    return new RegistryRefused(Reason.OUT_OF_TIME, why, refused);
  }

  /** Whether the mirror is known to have all blobs of this manifest. */
  boolean hasAllOf(Manifest manifest) {
    return manifest.blobs().stream()
        .allMatch(blob -> blob.isForeign() || arrived.contains(blob.digest()));
  }
}
