package io.pullrescue.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pullrescue.replication.CopyStats;
import io.pullrescue.replication.ReplicationResult;
import io.pullrescue.replication.ReplicationResult.Deferred;
import io.pullrescue.replication.ReplicationResult.Failed;
import io.pullrescue.replication.ReplicationResult.Replicated;
import java.io.PrintStream;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * How a replication ended, for whoever typed the command: a few lines, or one JSON object.
 *
 * @param requestCount sent to all registries
 * @param dryRun the tally is of what would move
 */
record ReplicationOutput(ReplicationResult result, long requestCount, boolean dryRun) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What {@code sysexits.h} calls a temporary failure. */
  private static final int EX_TEMPFAIL = 75;

  int exitCode() {
    return switch (result) {
      case Replicated replicated -> 0;
      case Deferred deferred -> EX_TEMPFAIL;
      case Failed failed -> 1;
    };
  }

  /** The copy on the output, everything else beside it. */
  void print(PrintStream output, PrintStream notes) {
    switch (result) {
      case Replicated replicated -> {
        output.println(replicated.mirroredImage());
        notes.println((dryRun ? "would come from " : "from ") + replicated.source());
        notes.println(statsLine(replicated.stats()));
        replicated.notes().forEach(notes::println);
      }
      case Deferred deferred ->
          notes.printf("%s; try again in %s%n", deferred.reason(), deferred.retryAfter());
      case Failed failed -> notes.println(failed.reason());
    }
  }

  private String statsLine(CopyStats stats) {
    return "%d bytes, %d blobs and %d manifests %s, %d blobs were there; %d requests, %d of them count as pulls; %.1f s"
        .formatted(
            stats.bytesCopied(),
            stats.blobsCopied(),
            stats.manifests(),
            dryRun ? "would move" : "moved",
            stats.blobsSkipped(),
            requestCount,
            stats.rateLimitedRequests(),
            stats.elapsed().toMillis() / 1000.0);
  }

  String json() {
    var json = JSON.createObjectNode().put("requests", requestCount).put("dryRun", dryRun);
    switch (result) {
      case Replicated replicated -> describe(replicated, json.put("outcome", "replicated"));
      case Deferred deferred ->
          json.put("outcome", "postponed")
              .put("image", deferred.image().toString())
              .put("why", deferred.reason())
              .put("afterSeconds", deferred.retryAfter().toSeconds());
      case Failed failed ->
          json.put("outcome", "refused")
              .put("image", failed.image().toString())
              .put("why", failed.reason());
    }
    return json.toString();
  }

  private static void describe(Replicated replicated, ObjectNode json) {
    var stats = replicated.stats();
    json.put("image", replicated.image().toString())
        .put("copy", replicated.mirroredImage().toString())
        .put("digest", toStringOrNull(replicated.mirroredImage().digest()))
        .put("source", replicated.source().toString())
        .put("manifests", stats.manifests())
        .put("blobsCopied", stats.blobsCopied())
        .put("blobsSkipped", stats.blobsSkipped())
        .put("bytesCopied", stats.bytesCopied())
        .put("bytesSkipped", stats.bytesSkipped())
        .put("countedRequests", stats.rateLimitedRequests())
        .put("seconds", BigDecimal.valueOf(stats.elapsed().toMillis(), 3));
    replicated.notes().forEach(json.putArray("remarks")::add);
  }

  private static @Nullable String toStringOrNull(@Nullable Object value) {
    return value == null ? null : value.toString();
  }
}
