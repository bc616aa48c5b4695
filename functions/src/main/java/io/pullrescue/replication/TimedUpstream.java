package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * A repository that is let go of when the time is up, whatever it is doing then: one that sends a
 * byte now and then breaks no timeout of a socket, and would hold us for as long as it likes.
 *
 * <p>Not so its blobs: these move side by side, and stop with each other when the time is up.
 *
 * @param time lets one question after the other take no longer than there is time
 */
record TimedUpstream(UpstreamRepository repository, SideBySide time) implements ForwardingUpstream {
  static TimedUpstream of(UpstreamRepository repository, Deadline deadline) {
    return new TimedUpstream(repository, new SideBySide(1, deadline));
  }

  @Override
  public Optional<ManifestHead> announce(String identifier) {
    return inTime(() -> repository.announce(identifier));
  }

  @Override
  public Fetched fetch(String identifier) {
    return inTime(() -> repository.fetch(identifier));
  }

  @Override
  public List<Descriptor> referrers(Digest subject) {
    return inTime(() -> repository.referrers(subject));
  }

  @Override
  public List<String> tags(String beginning) {
    return inTime(() -> repository.tags(beginning));
  }

  private <T> T inTime(Callable<T> question) {
    return time.run(List.of(question)).getFirst();
  }
}
