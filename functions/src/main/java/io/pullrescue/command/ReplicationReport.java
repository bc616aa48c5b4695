package io.pullrescue.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pullrescue.replication.Replication;
import io.pullrescue.replication.Replication.Postponed;
import io.pullrescue.replication.Replication.Refused;
import io.pullrescue.replication.Replication.Replicated;
import io.pullrescue.replication.Tally;
import java.io.PrintStream;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * How a replication ended, for whoever typed the command: a few lines, or one JSON object.
 *
 * @param requests sent to all registries
 * @param dryRun the tally is of what would move
 */
record ReplicationReport(Replication replication, long requests, boolean dryRun) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What {@code sysexits.h} calls a temporary failure. */
  private static final int LATER = 75;

  int status() {
    return switch (replication) {
      case Replicated done -> 0;
      case Postponed postponed -> LATER;
      case Refused refused -> 1;
    };
  }

  /** The copy on the output, everything else beside it. */
  void print(PrintStream output, PrintStream remarks) {
    switch (replication) {
      case Replicated done -> {
        output.println(done.copy());
        remarks.println((dryRun ? "would come from " : "from ") + done.source());
        remarks.println(sentence(done.tally()));
        done.remarks().forEach(remarks::println);
      }
      case Postponed postponed ->
          remarks.printf("%s; try again in %s%n", postponed.why(), postponed.after());
      case Refused refused -> remarks.println(refused.why());
    }
  }

  private String sentence(Tally tally) {
    return "%d bytes, %d blobs and %d manifests %s, %d blobs were there; %d requests, %d of them count as pulls; %.1f s"
        .formatted(
            tally.bytes(),
            tally.blobsMoved(),
            tally.manifests(),
            dryRun ? "would move" : "moved",
            tally.blobsPresent(),
            requests,
            tally.counted(),
            tally.elapsed().toMillis() / 1000.0);
  }

  String json() {
    var json = JSON.createObjectNode().put("requests", requests).put("dryRun", dryRun);
    switch (replication) {
      case Replicated done -> describe(done, json.put("outcome", "replicated"));
      case Postponed postponed ->
          json.put("outcome", "postponed")
              .put("image", postponed.image().toString())
              .put("why", postponed.why())
              .put("afterSeconds", postponed.after().toSeconds());
      case Refused refused ->
          json.put("outcome", "refused")
              .put("image", refused.image().toString())
              .put("why", refused.why());
    }
    return json.toString();
  }

  private static void describe(Replicated done, ObjectNode json) {
    var tally = done.tally();
    json.put("image", done.image().toString())
        .put("copy", done.copy().toString())
        .put("digest", text(done.copy().digest()))
        .put("source", done.source().toString())
        .put("manifests", tally.manifests())
        .put("blobsCopied", tally.blobsMoved())
        .put("blobsSkipped", tally.blobsPresent())
        .put("bytesCopied", tally.bytes())
        .put("bytesSkipped", tally.bytesPresent())
        .put("countedRequests", tally.counted())
        .put("seconds", BigDecimal.valueOf(tally.elapsed().toMillis(), 3));
    done.remarks().forEach(json.putArray("remarks")::add);
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }
}
