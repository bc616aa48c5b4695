package io.pullrescue.lambda;

import io.pullrescue.image.Printable;
import io.pullrescue.replication.Deadline;
import io.pullrescue.replication.Progress;
import io.pullrescue.replication.Replication;
import io.pullrescue.replication.Replicator;
import io.pullrescue.replication.WorkloadLogins;

/** The copy engine, set up as each order asks: how much of the image, at what pace, and as whom. */
record CopyToOrder(Replicator replicator, Settings.Platforms platforms, WorkloadLogins logins)
    implements Copier {
  @Override
  public Replication replicate(CopyOrder order, Deadline deadline, Progress progress) {
    var engine = engine(order);
    var image = order.image();
    var secret = order.credentials();
    if (secret == null) {
      return engine.replicate(image, deadline, progress);
    }
    return switch (logins.find(secret)) {
      case WorkloadLogins.Known it ->
          engine
              .loggedIn(image.registry(), it.login())
              .replicate(image, deadline, progress)
              .saying("the login was the secret " + Printable.of(secret) + " of its definition");
      case WorkloadLogins.Withheld it ->
          engine.replicate(image, deadline, progress).saying(it.why());
    };
  }

  private Replicator engine(CopyOrder order) {
    var restrained = replicator.restrained(order.restraint()).sparing(order.spared());
    var platform = order.platform();
    return platforms == Settings.Platforms.NEEDED && platform != null
        ? restrained.only(platform)
        : restrained;
  }
}
