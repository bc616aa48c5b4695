package io.pullrescue.event.publish;

import static java.util.stream.Collectors.joining;

import io.pullrescue.diagnosis.Diagnosis.ImageCause;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.pattern.Cause;
import io.pullrescue.diagnosis.remediation.Remediation;
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
import io.pullrescue.text.HumanFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Describes an event in one line for logs, reports and people. */
public final class EventSummary {
  private EventSummary() {}

  /** Returns the line for the log of a function. */
  public static String of(RescueEvent event) {
    return switch (event) {
      case Diagnosed diagnosed -> diagnosed(diagnosed);
      case Replicated replicated -> replicated(replicated);
      case ReplicationFailed failed ->
          "could not mirror " + failed.image().familiarString() + ": " + failed.reason();
      case Retried retried -> retried(retried);
      case Recovered recovered -> recovered(recovered);
      case RetrySkipped skipped ->
          "did not retry " + skipped.trigger().id() + ": " + skipped.reason();
    };
  }

  /** Returns the line for notifications; for a diagnosis with the remediation. */
  static String forPeople(RescueEvent event) {
    return event instanceof Diagnosed diagnosed
        ? diagnosed(diagnosed) + remediation(diagnosed.remediation())
        : of(event);
  }

  /** Returns what pull-rescue does after a diagnosis. */
  static String nextAction(ReplicationPlan plan) {
    return switch (plan) {
      case ReplicationPlan.Replicate replicate ->
          "mirror " + HumanFormat.count(replicate.requests().size(), "image");
      case ReplicationPlan.ReportOnly reportOnly -> reportOnly.reason();
    };
  }

  private static String diagnosed(Diagnosed event) {
    var diagnosis = event.diagnosis();
    return "could not pull "
        + imagesAndCauses(diagnosis)
        + "; "
        + outlook(event.plan())
        + "; the log says: \""
        + withoutLinks(diagnosis.evidence().text())
        + "\"";
  }

  /** Returns the images with their cause; with one for each if they differ. */
  private static String imagesAndCauses(PullFailed diagnosis) {
    var images = diagnosis.images();
    if (!diagnosis.reasonKnown()) {
      return (images.isEmpty() ? "an image" : names(images)) + ": the text does not say why";
    }
    if (images.isEmpty()) {
      return "an image: " + describe(diagnosis.cause());
    }
    if (images.stream().map(diagnosis::causeOf).distinct().count() == 1) {
      return names(images) + ": " + describe(diagnosis.causeOf(images.getFirst()));
    }
    return images.stream()
        .map(image -> names(List.of(image)) + ": " + describe(diagnosis.causeOf(image)))
        .collect(joining("; "));
  }

  private static String describe(ImageCause cause) {
    return cause.clientSide() ? "the client or its host failed" : describe(cause.cause());
  }

  private static String describe(Cause cause) {
    return switch (cause) {
      case RATE_LIMITED -> "the registry's rate limit was exceeded";
      case IMAGE_NOT_FOUND -> "the image was not found";
      case UNAUTHENTICATED -> "the registry needs valid credentials";
      case ACCESS_DENIED -> "access was denied";
      case NETWORK -> "the registry could not be reached";
      case PLATFORM_MISMATCH -> "the image does not exist for this platform";
      case DISK_FULL -> "the disk of the host was full";
      case INVALID_REFERENCE -> "the image reference is invalid";
      case UPSTREAM_ERROR -> "the registry returned an error";
    };
  }

  /** Anybody may print a line, and a mail shows each address in it as a link. */
  private static String withoutLinks(String line) {
    return line.replace("://", ":// ");
  }

  private static String outlook(ReplicationPlan plan) {
    return switch (plan) {
      case ReplicationPlan.Replicate replicate ->
          replicate.requests().size() == 1
              ? "pull-rescue mirrors the image"
              : "pull-rescue mirrors the images";
      case ReplicationPlan.ReportOnly reportOnly -> reportOnly.reason();
    };
  }

  private static String remediation(Remediation remediation) {
    var steps =
        remediation.steps().stream()
            .map(Remediation.Step::description)
            .map(EventSummary::withoutFinalStop)
            .collect(joining("; "));
    return steps.isEmpty() ? "" : ". What you can do: " + steps;
  }

  private static String withoutFinalStop(String sentence) {
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }

  private static String replicated(Replicated event) {
    var result = event.result();
    var first =
        result.alreadyUpToDate()
            ? result.image().familiarString()
                + " is already mirrored as "
                + result.mirroredImage()
                + ", nothing was copied"
            : "mirrored "
                + result.image().familiarString()
                + " as "
                + result.mirroredImage()
                + ": "
                + stats(result);
    return joined(first, Stream.concat(result.notes().stream(), nextUse(event.trigger())));
  }

  private static String stats(ReplicationResult.Replicated result) {
    var stats = result.stats();
    return String.format(
        Locale.ROOT,
        "%s in %s from %s in %.1f s, %s already in the mirror, %s counted against the rate limit",
        HumanFormat.bytes(stats.bytesCopied()),
        HumanFormat.count(stats.blobsCopied(), "blob"),
        result.source().registry(),
        stats.elapsed().toMillis() / 1000.0,
        HumanFormat.count(stats.blobsSkipped(), "blob"),
        HumanFormat.count(stats.rateLimitedRequests(), "request"));
  }

  /** States a condition that holds whether the workload is retried or not. */
  private static Stream<String> nextUse(Trigger trigger) {
    return switch (trigger) {
      case Trigger.Task task -> Stream.of(nextUse("task", task.definition()));
      case Trigger.Job job -> Stream.of(nextUse("job", job.definition()));
      case Trigger.Build _ -> Stream.of();
      case Trigger.Manual _ -> Stream.of();
      case Trigger.Refresh _ -> Stream.of();
    };
  }

  private static String nextUse(String workload, String definition) {
    var revision = definition.substring(definition.lastIndexOf('/') + 1);
    return "the " + workload + " uses it once " + revision + " names it";
  }

  private static String retried(Retried event) {
    var images = event.mirroredImages().stream().map(MirroredImage::image).toList();
    var first =
        "started "
            + event.started()
            + " (retry "
            + event.attempt()
            + ") with "
            + names(images)
            + " from the mirror (by "
            + event.method()
            + ")";
    return joined(first, event.caveats().stream());
  }

  private static String recovered(Recovered event) {
    var timeSinceFailure = event.timeSinceFailure();
    return event.buildId()
        + " succeeded"
        + (timeSinceFailure == null
            ? ""
            : ", "
                + HumanFormat.duration(timeSinceFailure)
                + " after "
                + event.trigger().id()
                + " failed")
        + (event.projectRestored() ? "; its project was restored" : "")
        + (event.projectNote() == null ? "" : "; " + event.projectNote());
  }

  private static String names(List<ImageReference> images) {
    return images.stream().map(ImageReference::familiarString).collect(joining(", "));
  }

  private static String joined(String first, Stream<String> others) {
    return Stream.concat(Stream.of(first), others).collect(joining("; "));
  }
}
