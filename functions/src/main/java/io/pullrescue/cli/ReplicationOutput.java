package io.pullrescue.cli;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.pullrescue.image.Digest;
import io.pullrescue.replication.CopyStats;
import io.pullrescue.replication.ReplicationResult;
import io.pullrescue.replication.ReplicationResult.Deferred;
import io.pullrescue.replication.ReplicationResult.Failed;
import io.pullrescue.replication.ReplicationResult.Replicated;
import io.pullrescue.text.HumanFormat;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The output of a replication: a few lines for people, or one JSON object.
 *
 * @param requestCount requests sent to all registries
 * @param dryRun whether nothing was copied; the numbers are then those of what would be
 */
record ReplicationOutput(ReplicationResult result, long requestCount, boolean dryRun) {
  /** The exit code of {@code sysexits.h} for a temporary failure. */
  private static final int EX_TEMPFAIL = 75;

  int exitCode() {
    return switch (result) {
      case Replicated _ -> 0;
      case Deferred _ -> EX_TEMPFAIL;
      case Failed _ -> 1;
    };
  }

  /** Prints the mirrored image to the output, and everything else to the notes. */
  void print(PrintWriter output, PrintWriter notes) {
    switch (result) {
      case Replicated replicated -> {
        output.println(replicated.mirroredImage());
        notes.println((dryRun ? "would be copied from " : "copied from ") + replicated.source());
        notes.println(statsLine(replicated.stats()));
        replicated.notes().forEach(notes::println);
      }
      case Deferred deferred ->
          notes.printf(
              "%s; try again %s%n",
              deferred.reason(), HumanFormat.timeFromNow(deferred.retryAfter()));
      case Failed failed -> notes.println(failed.reason());
    }
  }

  private String statsLine(CopyStats stats) {
    return String.format(
        Locale.ROOT,
        "%s in %s and %s %s, %s already in the mirror; %s, of which %d count as pulls; %.1f s",
        HumanFormat.bytes(stats.bytesCopied()),
        HumanFormat.count(stats.blobsCopied(), "blob"),
        HumanFormat.count(stats.manifests(), "manifest"),
        dryRun ? "would be copied" : "copied",
        HumanFormat.count(stats.blobsSkipped(), "blob"),
        HumanFormat.count(requestCount, "request"),
        stats.rateLimitedRequests(),
        stats.elapsed().toMillis() / 1000.0);
  }

  String json() {
    Object document =
        switch (result) {
          case Replicated replicated -> ReplicatedDocument.of(replicated);
          case Deferred deferred ->
              new DeferredDocument(
                  "postponed",
                  deferred.image().toString(),
                  deferred.reason(),
                  deferred.retryAfter().toSeconds());
          case Failed failed ->
              new FailedDocument("refused", failed.image().toString(), failed.reason());
        };
    return JsonOutput.write(new Document(requestCount, dryRun, document));
  }

  @JsonPropertyOrder({"requests", "dryRun", "result"})
  private record Document(long requests, boolean dryRun, @JsonUnwrapped Object result) {}

  @JsonPropertyOrder({
    "outcome",
    "image",
    "copy",
    "digest",
    "source",
    "manifests",
    "blobsCopied",
    "blobsSkipped",
    "bytesCopied",
    "bytesSkipped",
    "countedRequests",
    "seconds",
    "remarks"
  })
  private record ReplicatedDocument(
      String outcome,
      String image,
      String copy,
      @Nullable String digest,
      String source,
      int manifests,
      int blobsCopied,
      int blobsSkipped,
      long bytesCopied,
      long bytesSkipped,
      int countedRequests,
      BigDecimal seconds,
      List<String> remarks) {
    static ReplicatedDocument of(Replicated replicated) {
      var stats = replicated.stats();
      var mirroredImage = replicated.mirroredImage();
      return new ReplicatedDocument(
          "replicated",
          replicated.image().toString(),
          mirroredImage.toString(),
          Optional.ofNullable(mirroredImage.digest()).map(Digest::toString).orElse(null),
          replicated.source().toString(),
          stats.manifests(),
          stats.blobsCopied(),
          stats.blobsSkipped(),
          stats.bytesCopied(),
          stats.bytesSkipped(),
          stats.rateLimitedRequests(),
          BigDecimal.valueOf(stats.elapsed().toMillis(), 3),
          replicated.notes());
    }
  }

  @JsonPropertyOrder({"outcome", "image", "why", "afterSeconds"})
  private record DeferredDocument(String outcome, String image, String why, long afterSeconds) {}

  @JsonPropertyOrder({"outcome", "image", "why"})
  private record FailedDocument(String outcome, String image, String why) {}
}
