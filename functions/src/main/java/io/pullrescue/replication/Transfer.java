package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.concurrent.Callable;

/** Moves one image from one source: all manifests read, then the blobs, then manifests written. */
final class Transfer {
  private final Destination destination;
  private final Deadline deadline;
  private final Progress progress;
  private final Limits limits;
  private final SideBySide sideBySide;
  private final RunningTally tally;

  Transfer(
      Destination destination,
      Deadline deadline,
      Progress progress,
      Limits limits,
      RunningTally tally) {
    this.destination = destination;
    this.deadline = deadline;
    this.progress = progress;
    this.limits = limits;
    this.sideBySide = new SideBySide(limits.blobsAtOnce(), deadline);
    this.tally = tally;
  }

  void bring(Digest wanted, Quota quota, UpstreamRepository upstream, ImageReference copy) {
    move(plan(wanted, quota, upstream), upstream, copy);
  }

  /** All that has to move; nothing does where the quota is short of it. */
  Plan plan(Digest wanted, Quota quota, UpstreamRepository upstream) {
    var survey = new Survey(upstream, destination, limits.bytes(), tally, sideBySide);
    return survey.of(wanted, quota);
  }

  void move(Plan plan, UpstreamRepository upstream, ImageReference copy) {
    var blobs = new BlobMover(upstream, destination, deadline, progress, tally);
    try {
      blobs.move(plan.blobs(), sideBySide);
    } catch (RegistryRefused refused) {
      keep(plan, blobs, refused);
      throw refused;
    }
    for (var wave : plan.waves()) {
      sideBySide.run(wave.stream().map(manifest -> writing(manifest, plan, copy)).toList());
    }
  }

  private Callable<Manifest> writing(Manifest manifest, Plan plan, ImageReference copy) {
    return () -> {
      if (manifest.equals(plan.root())) {
        put(manifest, copy);
      } else {
        write(manifest.digest().value(), manifest);
      }
      return manifest;
    };
  }

  /** The root, under the tag that people pull; a digest given by hand is never tagged. */
  void put(Manifest root, ImageReference copy) {
    write(copy.digest() == null ? copy.identifier() : root.digest().value(), root);
  }

  private void write(String identifier, Manifest manifest) {
    destination.registry().put(identifier, manifest);
    tally.wrote(manifest);
  }

  /** Platforms that are complete are kept, so that the next try does not pull them again. */
  private void keep(Plan plan, BlobMover blobs, RegistryRefused refused) {
    List<Manifest> complete =
        plan.manifests().stream()
            .filter(manifest -> manifest.children().isEmpty() && !manifest.equals(plan.root()))
            .filter(blobs::hasAllOf)
            .toList();
    try {
      complete.forEach(manifest -> write(manifest.digest().value(), manifest));
    } catch (RegistryRefused alsoRefused) {
      refused.addSuppressed(alsoRefused);
    }
  }
}
