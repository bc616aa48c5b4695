package io.pullrescue.event.publish;

import io.pullrescue.diagnosis.remediation.Remediation;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.RescueEvent.Diagnosed;
import io.pullrescue.event.publish.RescueEvent.Recovered;
import io.pullrescue.event.publish.RescueEvent.Replicated;
import io.pullrescue.event.publish.RescueEvent.ReplicationFailed;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.request.ReplicationPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What people are told about a rescue: once, when nothing is left to do, and at once if somebody
 * has to act. Texts are without markup, links and mentions of foreign origin.
 *
 * @param subject at most 100 characters of ASCII, as Amazon SNS requires
 * @param verdict whether there is anything to do, in a few words
 * @param summary what happened, in at most 600 characters
 * @param steps what people can do
 * @param builds the builds that the summary names
 * @see <a href="https://docs.aws.amazon.com/sns/latest/api/API_Publish.html">Publish</a>
 */
record Notification(
    String subject,
    String verdict,
    String summary,
    List<Remediation.Step> steps,
    List<Trigger.Build> builds) {
  private static final int MAX_SUBJECT_LENGTH = 100;
  private static final int MAX_SUMMARY_LENGTH = 600;
  private static final String NOTHING_TO_DO = "Nothing to do.";

  /** Returns the notification of an event; empty if nobody is notified of it. */
  static Optional<Notification> of(RescueEvent event) {
    // The next refresh repeats a failed one.
    if (event.trigger() instanceof Trigger.Refresh) {
      return Optional.empty();
    }
    return switch (event) {
      case Diagnosed diagnosed -> ofDiagnosed(diagnosed);
      case Replicated replicated -> ofReplicated(replicated);
      case ReplicationFailed failed ->
          Optional.of(
              create(
                  event,
                  failed.image().familiarString() + " was not mirrored",
                  "To do: see the reason.",
                  List.of()));
      case Retried retried -> ofRetried(retried);
      case Recovered recovered ->
          Optional.of(
              create(
                  event,
                  "succeeded from a mirrored image",
                  recovered.projectNote() == null ? NOTHING_TO_DO : "To do: see the last sentence.",
                  List.of()));
      case RetrySkipped _ ->
          Optional.of(create(event, "was not retried", "To do: see the reason.", List.of()));
    };
  }

  /** An image that is mirrored needs nobody: the retry, or its failure, is told. */
  private static Optional<Notification> ofDiagnosed(Diagnosed event) {
    if (event.plan() instanceof ReplicationPlan.Replicate) {
      return Optional.empty();
    }
    var images = event.diagnosis().images();
    var steps = event.remediation().steps();
    return Optional.of(
        create(
            event,
            "could not pull " + (images.isEmpty() ? "an image" : names(images)),
            steps.isEmpty() ? "To do: see the reason." : "To do:",
            steps));
  }

  /** A build is retried then; a task or job only if a setting or a tag allows it. */
  private static Optional<Notification> ofReplicated(Replicated event) {
    return switch (event.trigger()) {
      case Trigger.Task _, Trigger.Job _ ->
          Optional.of(
              create(
                  event,
                  event.result().image().familiarString() + " is mirrored",
                  "Nothing to do if it is retried. Otherwise, let its definition name the mirrored"
                      + " image.",
                  List.of()));
      case Trigger.Build _, Trigger.Manual _, Trigger.Refresh _ -> Optional.empty();
    };
  }

  /** The success of a build is told; what started it is told only if that needs attention. */
  private static Optional<Notification> ofRetried(Retried event) {
    return event.trigger() instanceof Trigger.Build && event.caveats().isEmpty()
        ? Optional.empty()
        : Optional.of(create(event, "is retried from a mirrored image", NOTHING_TO_DO, List.of()));
  }

  private static Notification create(
      RescueEvent event, String outcome, String verdict, List<Remediation.Step> steps) {
    var summary = PublishedEvent.escapeForChat(EventSummary.of(event));
    return new Notification(
        subject(name(event.trigger()) + ": " + outcome),
        verdict,
        summary.length() <= MAX_SUMMARY_LENGTH
            ? summary
            : summary.substring(0, MAX_SUMMARY_LENGTH - 3) + "...",
        steps,
        builds(event));
  }

  private static String subject(String text) {
    var ascii = "pull-rescue: " + text.replaceAll("[^ -~]", "?");
    return ascii.length() <= MAX_SUBJECT_LENGTH
        ? ascii
        : ascii.substring(0, MAX_SUBJECT_LENGTH - 3) + "...";
  }

  private static String name(Trigger trigger) {
    return switch (trigger) {
      case Trigger.Build build -> build.project();
      case Trigger.Task task ->
          task.group().isEmpty() ? lastPart(task.definition()) : afterColon(task.group());
      case Trigger.Job job -> lastPart(job.definition());
      case Trigger.Manual _ -> "manual request";
      case Trigger.Refresh _ -> "refresh";
    };
  }

  private static String afterColon(String group) {
    return group.substring(group.indexOf(':') + 1);
  }

  private static String lastPart(String arn) {
    return arn.substring(arn.lastIndexOf('/') + 1);
  }

  private static List<Trigger.Build> builds(RescueEvent event) {
    List<Trigger.Build> builds = new ArrayList<>();
    if (event.trigger() instanceof Trigger.Build failed) {
      builds.add(failed);
      if (event instanceof Recovered recovered) {
        builds.add(new Trigger.Build(recovered.buildId(), failed.project()));
      }
    }
    return builds;
  }

  private static String names(List<ImageReference> images) {
    return images.stream().map(ImageReference::familiarString).collect(Collectors.joining(", "));
  }

  /** Returns the text of a mail: the verdict, what happened, the steps, and links. */
  String text(@Nullable String region) {
    var text = new StringBuilder(verdict).append("\n\n").append(summary).append('\n');
    for (var i = 0; i < steps.size(); i++) {
      var step = steps.get(i);
      text.append('\n').append(i + 1).append(". ").append(step.description()).append('\n');
      if (step.snippet() != null) {
        text.append(step.snippet().indent(3));
      }
    }
    if (region != null && !builds.isEmpty()) {
      text.append('\n');
      builds.forEach(build ->
          text.append(build.id()).append(": ").append(ConsoleLink.of(build, region)).append('\n'));
    }
    return text.toString();
  }
}
