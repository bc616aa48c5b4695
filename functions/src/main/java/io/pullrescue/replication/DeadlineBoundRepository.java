package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.registry.Descriptor;
import io.pullrescue.registry.ForwardingSourceRepository;
import io.pullrescue.registry.ManifestHead;
import io.pullrescue.registry.ManifestResponse;
import io.pullrescue.registry.SourceRepository;
import io.pullrescue.registry.http.Deadline;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * A repository that is let go of when the time is up, whatever it is doing then: one that sends a
 * byte now and then breaks no timeout of a socket, and would hold us for as long as it likes.
 *
 * <p>Not so its blobs: these move side by side, and stop with each other when the time is up.
 *
 * @param executor lets one question after the other take no longer than there is time
 */
record DeadlineBoundRepository(SourceRepository repository, ParallelExecutor executor)
    implements ForwardingSourceRepository {
  static DeadlineBoundRepository of(SourceRepository repository, Deadline deadline) {
    return new DeadlineBoundRepository(repository, new ParallelExecutor(1, deadline));
  }

  @Override
  public Optional<ManifestHead> headManifest(String identifier) {
    return withinDeadline(() -> repository.headManifest(identifier));
  }

  @Override
  public ManifestResponse getManifest(String identifier) {
    return withinDeadline(() -> repository.getManifest(identifier));
  }

  @Override
  public List<Descriptor> listReferrers(Digest subject) {
    return withinDeadline(() -> repository.listReferrers(subject));
  }

  @Override
  public List<String> listTags(String prefix) {
    return withinDeadline(() -> repository.listTags(prefix));
  }

  private <T> T withinDeadline(Callable<T> callable) {
    return executor.invokeAll(List.of(callable)).getFirst();
  }
}
