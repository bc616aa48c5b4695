package io.pullrescue.report;

import io.pullrescue.failure.Origin;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Replication;
import io.pullrescue.replication.ReplicationPlan;
import io.pullrescue.report.Announcement.Diagnosed;
import io.pullrescue.report.Announcement.NotReplicated;
import io.pullrescue.report.Announcement.Recovered;
import io.pullrescue.report.Announcement.Replicated;
import io.pullrescue.report.Announcement.Retried;
import io.pullrescue.report.Announcement.RetryRefused;
import io.pullrescue.retry.Copy;
import java.util.Locale;
import java.util.stream.Collectors;

/** An announcement in words: one line, for logs, reports and people. */
public final class Sentence {
  private Sentence() {}

  /** The line that says this. */
  public static String of(Announcement announcement) {
    return switch (announcement) {
      case Diagnosed it ->
          "diagnosed "
              + it.diagnosis().cause()
              + named(it)
              + ": \""
              + it.diagnosis().evidence().line()
              + "\"; "
              + next(it.plan());
      case Replicated it -> replicated(it);
      case NotReplicated it -> "did not copy " + it.image().familiar() + ": " + it.why();
      case Retried it -> retried(it);
      case Recovered it -> recovered(it);
      case RetryRefused it -> "did not run " + it.origin().id() + " again: " + it.why();
    };
  }

  private static String named(Diagnosed step) {
    var images = step.diagnosis().images();
    return images.isEmpty()
        ? ""
        : " of " + images.stream().map(ImageReference::familiar).collect(Collectors.joining(", "));
  }

  private static String next(ReplicationPlan plan) {
    return switch (plan) {
      case ReplicationPlan.Replicate it ->
          it.requests().size() == 1 ? "the image will be copied" : "the images will be copied";
      case ReplicationPlan.ReportOnly it -> it.why();
    };
  }

  private static String replicated(Replicated step) {
    var result = step.result();
    var remarks = result.remarks().stream().map(it -> "; " + it).collect(Collectors.joining());
    return result.image().familiar()
        + " is "
        + result.copy()
        + ": "
        + moved(result)
        + remarks
        + afterwards(step.origin());
  }

  private static String afterwards(Origin origin) {
    return switch (origin) {
      case Origin.Task it -> starting("the task", it.definition());
      case Origin.Job it -> starting("the job", it.definition());
      case Origin.Build it -> "";
      case Origin.Person it -> "";
      case Origin.Refresh it -> "";
    };
  }

  /** True whether the operator lets it be started anew or not. */
  private static String starting(String work, String definition) {
    return "; "
        + work
        + " starts from the copy once "
        + definition.substring(definition.lastIndexOf('/') + 1)
        + " names it";
  }

  private static String moved(Replication.Replicated result) {
    var tally = result.tally();
    return result.isUnmoved()
        ? "it was there already, nothing moved"
        : String.format(
            Locale.ROOT,
            "%,d bytes in %d blobs from %s in %.1f s, %d counted request(s), %d blobs were there",
            tally.bytes(),
            tally.blobsMoved(),
            result.source().registry(),
            tally.elapsed().toMillis() / 1000.0,
            tally.counted(),
            tally.blobsPresent());
  }

  private static String retried(Retried step) {
    var differences =
        step.differences().stream().map(it -> "; " + it).collect(Collectors.joining());
    return "started "
        + step.started()
        + ", attempt "
        + step.chain().attempt()
        + ", with "
        + step.chain().copies().stream()
            .map(Copy::image)
            .map(ImageReference::familiar)
            .collect(Collectors.joining(", "))
        + " from the mirror (by "
        + step.by()
        + ")"
        + differences;
  }

  private static String recovered(Recovered step) {
    var after = step.after();
    return step.build()
        + " is green"
        + (after == null
            ? ""
            : ", " + after.toSeconds() + " s after " + step.origin().id() + " failed")
        + (step.restored() ? "; its project is again as it was" : "");
  }
}
