package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.registry.Descriptor;
import io.pullrescue.registry.Manifest;
import io.pullrescue.registry.SourceRepository;
import io.pullrescue.registry.http.Deadline;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
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
final class BlobCopier {
  private final SourceRepository upstream;
  private final MirrorDestination destination;
  private final Deadline deadline;
  private final CopyProgressListener listener;
  private final CopyStatsCollector stats;
  private final Map<Digest, BlobTransfer> inProgress = new ConcurrentHashMap<>();
  private final Set<Digest> completed = ConcurrentHashMap.newKeySet();

  BlobCopier(
      SourceRepository upstream,
      MirrorDestination destination,
      Deadline deadline,
      CopyProgressListener listener,
      CopyStatsCollector stats) {
    this.upstream = upstream;
    this.destination = destination;
    this.deadline = deadline;
    this.listener = listener;
    this.stats = stats;
  }

  void copyBlobs(List<Descriptor> blobs, ParallelExecutor executor) {
    listener.onPlanned(blobs.size(), blobs.stream().mapToLong(Descriptor::size).sum());
    var present = destination.existingBlobs(blobs);
    List<Callable<Descriptor>> tasks = new ArrayList<>();
    for (var blob : blobs) {
      tasks.add(() -> copyBlob(blob, present));
    }
    try {
      executor.invokeAll(tasks);
    } catch (RegistryException exception) {
      throw exception.reason() == Reason.DEADLINE_EXCEEDED
          ? deadlineExceeded(exception)
          : exception;
    }
  }

  private Descriptor copyBlob(Descriptor blob, Predicate<Descriptor> existing) {
    var present = existing.test(blob);
    if (present) {
      stats.recordSkippedBlob(blob);
    } else {
      var transfer = new BlobTransfer(blob, listener);
      inProgress.put(blob.digest(), transfer);
      destination
          .repository()
          .putBlob(
              blob,
              () -> new DigestVerifyingInputStream(upstream.getBlob(blob), transfer, deadline));
      inProgress.remove(blob.digest());
      stats.recordCopiedBlob(blob);
    }
    completed.add(blob.digest());
    listener.onBlobCompleted(blob, !present);
    return blob;
  }

  /** Who cannot be finished in the time there is must be known by name. */
  private RegistryException deadlineExceeded(RegistryException exception) {
    var message =
        "%s; %d blobs arrived in it, and these did not: %s"
            .formatted(
                exception.getMessage(),
                stats.snapshot().blobsCopied(),
                inProgress.values().stream()
                    .sorted(
                        Comparator.comparingLong((BlobTransfer transfer) -> transfer.blob().size())
                            .reversed())
                    .map(BlobTransfer::toString)
                    .collect(Collectors.joining(", ")));
    return new RegistryException(Reason.DEADLINE_EXCEEDED, message, exception);
  }

  /** Whether the mirror is known to have all blobs of this manifest. */
  boolean hasAllBlobs(Manifest manifest) {
    return manifest.blobs().stream()
        .allMatch(blob -> blob.isForeign() || completed.contains(blob.digest()));
  }
}
