package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import java.util.stream.Stream;

/** Brings from one source what was asked for, and then what refers to it. */
final class Delivery {
  private final Destination destination;
  private final Transfer transfer;
  private final Referrers referrers;
  private final Selection selection;
  private final RunningTally tally;

  Delivery(
      Destination destination,
      Transfer transfer,
      Referrers referrers,
      Selection selection,
      RunningTally tally) {
    this.destination = destination;
    this.transfer = transfer;
    this.referrers = referrers;
    this.selection = selection;
    this.tally = tally;
  }

  /** The image is known to exist there: only for such a one a repository is made. */
  Part bring(Digest wanted, Quota quota, UpstreamRepository upstream) {
    destination.ensure();
    var part = selection.of(wanted, quota, upstream, destination.copy(), tally);
    var plan = transfer.plan(part.digest(), part.quota(), upstream);
    try (var attached = new Meanwhile<>(() -> referrers.of(part.digest(), upstream))) {
      transfer.move(plan, upstream, part.copy());
      destination.filled();
      var left = referrers.bring(attached.answer(), upstream);
      return new Part(
          part.digest(),
          part.quota(),
          part.copy(),
          Stream.concat(part.remarks().stream(), left.stream()).toList());
    }
  }

  /** The mirror has it under another name: it is only tagged anew. */
  void tag(Digest held) {
    transfer.put(destination.registry().fetch(held).verified(held), destination.copy());
  }

  /** Whether the mirror's tag of the whole image is what will be written. */
  boolean isWhole() {
    return selection.platform() == null;
  }
}
