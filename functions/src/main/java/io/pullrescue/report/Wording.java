package io.pullrescue.report;

import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Words what events contain. */
final class Wording {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("d MMMM uuuu 'at' HH:mm:ss 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private static final int MAX_NAMED = 5;

  private Wording() {}

  static String time(Instant time) {
    return TIME.format(time);
  }

  /** Returns {@code a, b and c}. */
  static String list(List<String> names) {
    if (names.isEmpty()) {
      return "the image";
    }
    var shown = new ArrayList<>(names.subList(0, Math.min(names.size(), MAX_NAMED)));
    if (names.size() > MAX_NAMED) {
      shown.add((names.size() - MAX_NAMED) + " more");
    }
    return shown.size() == 1
        ? shown.getFirst()
        : String.join(", ", shown.subList(0, shown.size() - 1)) + " and " + shown.getLast();
  }

  /** Returns the registry of these images as people call it. */
  static String registry(List<String> images) {
    var registries =
        images.stream()
            .flatMap(image -> ImageReference.parse(image).stream())
            .map(ImageReference::registry)
            .distinct()
            .toList();
    if (registries.size() != 1) {
      return "the registry";
    }
    var registry = registries.getFirst();
    return switch (registry) {
      case ImageReference.DOCKER_HUB -> "Docker Hub";
      case "public.ecr.aws" -> "Amazon ECR Public";
      default -> registry.contains(".dkr.ecr.") ? "Amazon ECR" : registry;
    };
  }

  /** Returns why these images could not be pulled. */
  static String cause(String cause, List<String> images) {
    var names = list(images);
    var registry = registry(images);
    return capitalize(
        switch (cause) {
          case "RATE_LIMITED" ->
              registry + " did not serve " + names + ", because its rate limit was exceeded.";
          case "IMAGE_NOT_FOUND" -> registry + " does not have " + names + ".";
          case "UNAUTHENTICATED" -> registry + " requires valid credentials for " + names + ".";
          case "ACCESS_DENIED" -> registry + " denied access to " + names + ".";
          case "NETWORK" ->
              names + " could not be pulled, because " + registry + " could not be reached.";
          case "PLATFORM_MISMATCH" ->
              registry + " does not have " + names + " for the platform that was requested.";
          case "DISK_FULL" ->
              names + " could not be pulled, because the disk of the host was full.";
          case "INVALID_REFERENCE" ->
              images.isEmpty()
                  ? "The image reference is invalid."
                  : names + " is not a valid image reference.";
          case "UPSTREAM_ERROR" -> registry + " returned an error for " + names + ".";
          default -> names + " could not be pulled.";
        });
  }

  /** Returns what has to be done about a cause, without a final stop. */
  static String task(String cause, List<String> images, Trigger trigger) {
    var names = list(images);
    var registry = registry(images);
    var workload = noun(trigger);
    return switch (cause) {
      case "RATE_LIMITED" -> "give " + workload + " credentials of " + registry;
      case "IMAGE_NOT_FOUND" -> "correct the name or the tag of " + names;
      case "UNAUTHENTICATED" -> "give " + workload + " valid credentials of " + registry;
      case "ACCESS_DENIED" -> "allow " + workload + " to pull " + names;
      case "NETWORK" -> "let " + workload + " reach " + registry;
      case "PLATFORM_MISMATCH" -> "choose another image or another architecture for " + workload;
      case "DISK_FULL" -> "give " + workload + " more disk space";
      case "INVALID_REFERENCE" -> "correct the image reference";
      case "UPSTREAM_ERROR" -> "start it again once " + registry + " works";
      default -> "read the quoted line";
    };
  }

  private static String noun(Trigger trigger) {
    return switch (trigger) {
      case Trigger.Build _ -> "the build";
      case Trigger.Task _ -> "the task";
      case Trigger.Job _ -> "the job";
      case Trigger.Manual _, Trigger.Refresh _ -> "pull-rescue";
    };
  }

  static String quoteSource(String source, int lineNumber) {
    return switch (source) {
      case "PHASE_CONTEXT" -> "CodeBuild says";
      case "STOPPED_REASON" -> "The stopped reason says";
      case "FAILING_COMMAND" -> "Line " + lineNumber + " of the failed command's output says";
      case "EARLIER_COMMANDS" -> "Line " + lineNumber + " of the output of earlier commands says";
      default -> "Line " + lineNumber + " of the message says";
    };
  }

  /** Returns how a retry finds the mirrored images. */
  static String method(String method) {
    return switch (method) {
      case "environment image" ->
          "It runs in the mirrored image. Only this build does: the project is unchanged.";
      case "image substitution" ->
          "A command at its start makes Docker use the mirrored image. The project is unchanged.";
      case "environment image set in the project" ->
          "The project was changed: it now runs in the mirrored image.";
      case "image substitution set in the project" ->
          "The project was changed: its buildspec now begins with a command that makes Docker use"
              + " the mirrored image.";
      case "task definition" -> "A new revision of the task definition names the mirrored image.";
      case "job definition" -> "A new revision of the job definition names the mirrored image.";
      case "unchanged references" ->
          "It names the mirror already, which now has the image. Nothing was changed.";
      default -> sentences(method);
    };
  }

  /** Returns what a workload is called, such as {@code the build shop}. */
  static String name(Trigger trigger) {
    return switch (trigger) {
      case Trigger.Build build -> "the build of " + build.project();
      case Trigger.Task task ->
          isService(task)
              ? "the service " + afterColon(task.group())
              : "the task of " + lastPart(task.definition());
      case Trigger.Job job -> "the job of " + lastPart(job.definition());
      case Trigger.Manual _ -> "the manual request";
      case Trigger.Refresh _ -> "the refresh";
    };
  }

  /** Returns a sentence that identifies the workload. */
  static String failedWorkload(Trigger trigger, Instant time) {
    var when = " This was recorded on " + time(time) + ".";
    return switch (trigger) {
      case Trigger.Build build ->
          "Build %s of the CodeBuild project %s failed."
                  .formatted(afterColon(build.id()), build.project())
              + when;
      case Trigger.Task task when isService(task) ->
          "Task %s of the ECS service %s did not start. It is in the cluster %s and has the task definition %s."
                  .formatted(
                      lastPart(task.id()),
                      afterColon(task.group()),
                      lastPart(task.cluster()),
                      lastPart(task.definition()))
              + when;
      case Trigger.Task task ->
          "ECS task %s did not start. It is in the cluster %s and has the task definition %s."
                  .formatted(
                      lastPart(task.id()), lastPart(task.cluster()), lastPart(task.definition()))
              + when;
      case Trigger.Job job ->
          "Batch job %s did not start. It is in the queue %s and has the job definition %s."
                  .formatted(job.id(), lastPart(job.queue()), lastPart(job.definition()))
              + when;
      case Trigger.Manual manual -> "Manual request %s, on %s.".formatted(manual.id(), time(time));
      case Trigger.Refresh refresh -> "Refresh %s, on %s.".formatted(refresh.id(), time(time));
    };
  }

  static boolean isService(Trigger.Task task) {
    return task.group().startsWith("service:");
  }

  /**
   * Returns the parts of a reason, which are separated by semicolons, as sentences. What the reason
   * is about is the subject: {@code its} is the workload.
   */
  static String sentences(String reason) {
    return String.join(" ", sentenceList(reason));
  }

  static List<String> sentenceList(String reason) {
    return Arrays.stream(reason.split("; "))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .map(part -> capitalize(withStop(part)))
        .toList();
  }

  static String capitalize(String text) {
    // A name or a command stays as it is written.
    return text.isEmpty() || !Character.isLetter(text.charAt(0)) || isName(text)
        ? text
        : Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private static boolean isName(String text) {
    var end = text.indexOf(' ');
    var word = end < 0 ? text : text.substring(0, end);
    return word.matches(".*[\\d/:.-].+|pull-rescue.*");
  }

  private static String withStop(String part) {
    return part.endsWith(".") || part.endsWith(":") ? part : part + ".";
  }

  static String afterColon(String text) {
    return text.substring(text.indexOf(':') + 1);
  }

  static String lastPart(String arn) {
    return arn.substring(arn.lastIndexOf('/') + 1);
  }
}
