package io.pullrescue.event.publish;

import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.RescueEvent.Diagnosed;
import io.pullrescue.event.publish.RescueEvent.Recovered;
import io.pullrescue.event.publish.RescueEvent.Replicated;
import io.pullrescue.event.publish.RescueEvent.ReplicationFailed;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.ReplicationResult;
import io.pullrescue.replication.request.ReplicationPlan;
import java.util.Locale;
import java.util.stream.Collectors;

/** An announcement in words: one line, for logs, reports and people. */
public final class EventSummary {
  private EventSummary() {}

  /** The line that says this. */
  public static String of(RescueEvent event) {
    return switch (event) {
      case Diagnosed diagnosed ->
          "diagnosed "
              + diagnosed.diagnosis().cause()
              + imageNames(diagnosed)
              + ": \""
              + diagnosed.diagnosis().evidence().text()
              + "\"; "
              + nextAction(diagnosed.plan());
      case Replicated replicated -> replicatedSummary(replicated);
      case ReplicationFailed replicationFailed ->
          "did not copy "
              + replicationFailed.image().familiarString()
              + ": "
              + replicationFailed.reason();
      case Retried retried -> retriedSummary(retried);
      case Recovered recovered -> recoveredSummary(recovered);
      case RetrySkipped retrySkipped ->
          "did not run " + retrySkipped.trigger().id() + " again: " + retrySkipped.reason();
    };
  }

  private static String imageNames(Diagnosed event) {
    var images = event.diagnosis().images();
    return images.isEmpty()
        ? ""
        : " of "
            + images.stream().map(ImageReference::familiarString).collect(Collectors.joining(", "));
  }

  private static String nextAction(ReplicationPlan plan) {
    return switch (plan) {
      case ReplicationPlan.Replicate replicate ->
          replicate.requests().size() == 1
              ? "the image will be copied"
              : "the images will be copied";
      case ReplicationPlan.ReportOnly reportOnly -> reportOnly.reason();
    };
  }

  private static String replicatedSummary(Replicated event) {
    var result = event.result();
    var notes = result.notes().stream().map(value -> "; " + value).collect(Collectors.joining());
    return result.image().familiarString()
        + " is "
        + result.mirroredImage()
        + ": "
        + copyStatsText(result)
        + notes
        + followUp(event.trigger());
  }

  private static String followUp(Trigger trigger) {
    return switch (trigger) {
      case Trigger.Task task -> startCondition("the task", task.definition());
      case Trigger.Job job -> startCondition("the job", job.definition());
      case Trigger.Build _ -> "";
      case Trigger.Manual _ -> "";
      case Trigger.Refresh _ -> "";
    };
  }

  /** True whether the operator lets it be started anew or not. */
  private static String startCondition(String workload, String definition) {
    return "; "
        + workload
        + " starts from the copy once "
        + definition.substring(definition.lastIndexOf('/') + 1)
        + " names it";
  }

  private static String copyStatsText(ReplicationResult.Replicated result) {
    var stats = result.stats();
    return result.alreadyUpToDate()
        ? "it was there already, nothing moved"
        : String.format(
            Locale.ROOT,
            "%,d bytes in %d blobs from %s in %.1f s, %d counted request(s), %d blobs were there",
            stats.bytesCopied(),
            stats.blobsCopied(),
            result.source().registry(),
            stats.elapsed().toMillis() / 1000.0,
            stats.rateLimitedRequests(),
            stats.blobsSkipped());
  }

  private static String retriedSummary(Retried event) {
    var caveats = event.caveats().stream().map(value -> "; " + value).collect(Collectors.joining());
    return "started "
        + event.started()
        + ", attempt "
        + event.attempt()
        + ", with "
        + event.mirroredImages().stream()
            .map(MirroredImage::image)
            .map(ImageReference::familiarString)
            .collect(Collectors.joining(", "))
        + " from the mirror (by "
        + event.method()
        + ")"
        + caveats;
  }

  private static String recoveredSummary(Recovered event) {
    var timeSinceFailure = event.timeSinceFailure();
    return event.buildId()
        + " is green"
        + (timeSinceFailure == null
            ? ""
            : ", " + timeSinceFailure.toSeconds() + " s after " + event.trigger().id() + " failed")
        + (event.projectRestored() ? "; its project is again as it was" : "");
  }
}
