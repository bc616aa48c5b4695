package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;

/** Moves one image from one source: all manifests read, then the blobs, then manifests written. */
final class Transfer {
  private final MirrorRepository mirror;
  private final Deadline deadline;
  private final Progress progress;
  private final SideBySide sideBySide;
  private final RunningTally tally;

  Transfer(MirrorRepository mirror, Deadline deadline, Progress progress, int blobsAtOnce) {
    this.mirror = mirror;
    this.deadline = deadline;
    this.progress = progress;
    this.sideBySide = new SideBySide(blobsAtOnce, deadline);
    this.tally = new RunningTally(deadline.clock());
  }

  void bring(Digest wanted, Quota quota, UpstreamRepository upstream, ImageReference copy) {
    var plan = new Survey(upstream, mirror, tally, sideBySide).of(wanted, quota);
    var blobs = new BlobMover(upstream, mirror, deadline, progress, tally);
    try {
      blobs.move(plan.blobs(), sideBySide);
    } catch (RegistryRefused refused) {
      keep(plan, blobs, refused);
      throw refused;
    }
    plan.manifests().forEach(manifest -> putByDigest(manifest, plan, copy));
  }

  private void putByDigest(Manifest manifest, Plan plan, ImageReference copy) {
    if (manifest.equals(plan.root())) {
      put(manifest, copy);
    } else {
      write(manifest.digest().value(), manifest);
    }
  }

  /** The root, under the tag that people pull; a digest given by hand is never tagged. */
  void put(Manifest root, ImageReference copy) {
    write(copy.digest() == null ? copy.identifier() : root.digest().value(), root);
  }

  private void write(String identifier, Manifest manifest) {
    mirror.put(identifier, manifest);
    tally.wrote(manifest);
  }

  /** Platforms that are complete are kept, so that the next try does not pull them again. */
  private void keep(Plan plan, BlobMover blobs, RegistryRefused refused) {
    try {
      plan.manifests().stream()
          .filter(manifest -> manifest.children().isEmpty() && !manifest.equals(plan.root()))
          .filter(blobs::hasAllOf)
          .forEach(manifest -> write(manifest.digest().value(), manifest));
    } catch (RegistryRefused alsoRefused) {
      refused.addSuppressed(alsoRefused);
    }
  }

  Tally tally() {
    return tally.sum();
  }
}
