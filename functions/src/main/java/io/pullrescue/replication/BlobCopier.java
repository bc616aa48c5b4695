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
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Streams blobs from a source to the mirror, several at once, without temporary files. */
final class BlobCopier {
  private final SourceRepository source;
  private final MirrorDestination destination;
  private final Deadline deadline;
  private final CopyProgressListener listener;
  private final CopyStats.Collector stats;
  private final Map<Digest, BlobTransfer> inProgress = new ConcurrentHashMap<>();
  private final Set<Digest> completed = ConcurrentHashMap.newKeySet();

  BlobCopier(
      SourceRepository source,
      MirrorDestination destination,
      Deadline deadline,
      CopyProgressListener listener,
      CopyStats.Collector stats) {
    this.source = source;
    this.destination = destination;
    this.deadline = deadline;
    this.listener = listener;
    this.stats = stats;
  }

  /** Copies the blobs that the mirror lacks, and starts them in the given order. */
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

  /** Copies those blobs of a manifest that the mirror does not have after all. */
  void copyMissingBlobs(Manifest manifest) {
    for (var blob : manifest.blobs()) {
      if (!blob.isForeign()) {
        copyBlob(blob, destination.repository()::blobExists);
      }
    }
  }

  private Descriptor copyBlob(Descriptor blob, Predicate<Descriptor> existing) {
    var present = existing.test(blob);
    if (present) {
      stats.recordSkippedBlob(blob);
    } else {
      var transfer = new BlobTransfer(blob, new AtomicLong());
      inProgress.put(blob.digest(), transfer);
      destination
          .repository()
          .putBlob(
              blob,
              retries ->
                  new DigestVerifyingInputStream(
                      source.getBlob(blob, retries),
                      blob,
                      deadline,
                      count -> onBytesCopied(transfer, count)));
      inProgress.remove(blob.digest());
      stats.recordCopiedBlob(blob);
    }
    completed.add(blob.digest());
    listener.onBlobCompleted(blob, !present);
    return blob;
  }

  private void onBytesCopied(BlobTransfer transfer, long count) {
    transfer.bytesCopied().addAndGet(count);
    listener.onBytesCopied(count);
  }

  /** Names the incomplete blobs, so that a blob which never completes in time can be identified. */
  private RegistryException deadlineExceeded(RegistryException exception) {
    var message =
        "%s; %d blobs were copied, and these are incomplete: %s"
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

  /** Returns whether the mirror is known to have all blobs of a manifest. */
  boolean hasAllBlobs(Manifest manifest) {
    return manifest.blobs().stream()
        .allMatch(blob -> blob.isForeign() || completed.contains(blob.digest()));
  }

  /** A blob that is being copied, and the number of bytes that were copied so far. */
  private record BlobTransfer(Descriptor blob, AtomicLong bytesCopied) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "%s (%,d of %,d bytes)", blob.digest(), bytesCopied.get(), blob.size());
    }
  }
}
