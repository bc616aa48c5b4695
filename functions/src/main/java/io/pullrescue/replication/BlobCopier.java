package io.pullrescue.replication;

import io.pullrescue.image.Digest;
import io.pullrescue.registry.Descriptor;
import io.pullrescue.registry.Manifest;
import io.pullrescue.registry.SourceRepository;
import io.pullrescue.registry.http.Deadline;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.text.HumanFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** Streams blobs from a source to the mirror, several at once, without temporary files. */
final class BlobCopier {
  private final SourceRepository source;
  private final MirrorDestination destination;
  private final Deadline deadline;
  private final CopyProgressListener listener;
  private final CopyStats.Collector stats;
  private final ByteBudget byteBudget;
  private final Map<Digest, BlobTransfer> inProgress = new ConcurrentHashMap<>();
  private final Set<Digest> completed = ConcurrentHashMap.newKeySet();

  BlobCopier(
      SourceRepository source,
      MirrorDestination destination,
      Deadline deadline,
      CopyProgressListener listener,
      CopyStats.Collector stats,
      ByteBudget byteBudget) {
    this.source = source;
    this.destination = destination;
    this.deadline = deadline;
    this.listener = listener;
    this.stats = stats;
    this.byteBudget = byteBudget;
  }

  /**
   * Copies the blobs that the mirror lacks, and starts them in the given order.
   *
   * @param maxBytes the copy of more bytes than these is deferred before the first blob
   */
  void copyBlobs(CopyPlan plan, ParallelExecutor executor, long maxBytes) {
    var blobs = plan.blobs();
    listener.onPlanned(blobs.size(), plan.totalBytes());
    var present = existingBlobs(blobs, executor);
    requireAllowed(blobs, present, maxBytes);
    List<Callable<Descriptor>> tasks = new ArrayList<>();
    for (var blob : blobs) {
      tasks.add(() -> copyBlob(blob, present.contains(blob.digest())));
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
        copyBlob(blob, destination.repository().blobExists(blob));
      }
    }
  }

  private Set<Digest> existingBlobs(List<Descriptor> blobs, ParallelExecutor executor) {
    var exists = destination.existingBlobs(blobs);
    List<Callable<List<Digest>>> lookups = new ArrayList<>();
    for (var blob : blobs) {
      lookups.add(() -> exists.test(blob) ? List.of(blob.digest()) : List.of());
    }
    return executor.invokeAll(lookups).stream().flatMap(List::stream).collect(Collectors.toSet());
  }

  private void requireAllowed(List<Descriptor> blobs, Set<Digest> present, long maxBytes) {
    var missing = blobs.stream().filter(blob -> !present.contains(blob.digest())).toList();
    var bytes = CopyPlan.totalBytes(missing);
    if (bytes > 0) {
      byteBudget.require(bytes);
    }
    if (bytes > maxBytes) {
      throw new RegistryException(
          Reason.DEADLINE_EXCEEDED,
          "the image is large (%s), and is copied where it does not delay others"
              .formatted(HumanFormat.bytes(bytes)));
    }
  }

  private Descriptor copyBlob(Descriptor blob, boolean present) {
    if (present) {
      stats.recordSkippedBlob(blob);
    } else {
      // Again, because other images are copied at the same time.
      byteBudget.require(blob.size());
      var transfer = new BlobTransfer(blob, new AtomicLong());
      inProgress.put(blob.digest(), transfer);
      try {
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
      } finally {
        // What did not arrive completely was transferred, too.
        byteBudget.record(transfer.bytesCopied().get());
      }
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
