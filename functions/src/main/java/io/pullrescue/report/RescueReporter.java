package io.pullrescue.report;

import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.ConsoleLink;
import io.pullrescue.image.ImageReference;
import io.pullrescue.report.RecordedEvent.Step.Diagnosed;
import io.pullrescue.report.RecordedEvent.Step.Recovered;
import io.pullrescue.report.RecordedEvent.Step.Replicated;
import io.pullrescue.report.RecordedEvent.Step.ReplicationFailed;
import io.pullrescue.report.RecordedEvent.Step.Retried;
import io.pullrescue.report.RecordedEvent.Step.Skipped;
import io.pullrescue.report.RescueReport.Link;
import io.pullrescue.report.RescueReport.MirroredImage;
import io.pullrescue.report.RescueReport.Outcome;
import io.pullrescue.report.RescueReport.Reason;
import io.pullrescue.report.RescueReport.Result;
import io.pullrescue.report.RescueReport.Retry;
import io.pullrescue.report.RescueReport.Step;
import io.pullrescue.text.HumanFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes the report of one rescue. Events may be missing; what they would say is left out. */
final class RescueReporter {
  /** Within this time a retry usually starts, and a build usually ends. */
  private static final Duration USUAL_TIME = Duration.ofHours(1);

  /** Docker Hub's rate limit may be waited for twice, six hours each. */
  private static final Duration LONGEST_REPLICATION = Duration.ofHours(13);

  /** The words with which the instructions in reasons begin. */
  private static final Pattern INSTRUCTION =
      Pattern.compile(
          "(?i)(add|allow|approve|change|check|choose|correct|create|deploy|give|mirror|move|point|raise"
              + "|read|register|request|rerun|retry|set|start|store|submit|tag|use|write)\\b.*");

  private static final Pattern STARTED_JOB = Pattern.compile("job ([0-9a-f-]{36}) of .*");
  private static final Pattern STARTED_TASK = Pattern.compile("task (arn:[^ ]+) of .*");

  private static final int MAX_VERDICT = 300;

  private final Rescue rescue;
  private final Instant now;
  private final Trigger trigger;
  private final Outcome outcome;

  private RescueReporter(Rescue rescue, Instant now) {
    this.rescue = rescue;
    this.now = now;
    trigger = rescue.first();
    outcome = outcome();
  }

  /**
   * Returns the report of a rescue.
   *
   * @param now tells whether a step that is missing may still follow
   */
  static RescueReport report(Rescue rescue, Instant now) {
    return new RescueReporter(rescue, now).report();
  }

  private RescueReport report() {
    return new RescueReport(
        title(),
        outcome,
        verdict(),
        summary(),
        trigger,
        Wording.failedWorkload(trigger, rescue.events().getFirst().time()),
        reasons(),
        mirroredImages(),
        problems(),
        retries(),
        result(),
        outcome == Outcome.REPORTED || outcome == Outcome.NOT_MIRRORED,
        steps(),
        new PermanentFixes(rescue).find(),
        links());
  }

  private Outcome outcome() {
    if (!rescue.steps(Recovered.class).isEmpty()) {
      return Outcome.RECOVERED;
    }
    var last = rescue.last();
    var diagnosed = rescue.steps(Diagnosed.class, last);
    if (!rescue.steps(Retried.class, last).isEmpty()) {
      return Outcome.RETRIED;
    }
    if (!rescue.steps(Skipped.class, last).isEmpty()) {
      return Outcome.SKIPPED;
    }
    if (!rescue.steps(ReplicationFailed.class, last).isEmpty()) {
      return Outcome.NOT_MIRRORED;
    }
    if (isRetry(last) && !diagnosed.isEmpty() && !causedFailure(diagnosed)) {
      return Outcome.RETRY_FAILED;
    }
    if (!diagnosed.isEmpty() && diagnosed.stream().allMatch(Diagnosed::reportOnly)) {
      return Outcome.REPORTED;
    }
    return rescue.steps(Replicated.class, last).isEmpty() ? Outcome.IN_PROGRESS : Outcome.MIRRORED;
  }

  private boolean isRetry(Trigger failed) {
    return !failed.id().equals(trigger.id());
  }

  private static boolean causedFailure(List<Diagnosed> diagnosed) {
    return diagnosed.stream().anyMatch(Diagnosed::causedFailure);
  }

  private String title() {
    var name = Wording.capitalize(Wording.name(trigger));
    return switch (outcome) {
      case RECOVERED -> name + " succeeded from a mirrored image";
      case RETRIED -> name + " was retried from a mirrored image";
      case RETRY_FAILED -> name + " was retried and failed for another reason";
      case SKIPPED -> name + " was not retried";
      case MIRRORED -> name + " has its image in the mirror";
      case NOT_MIRRORED -> name + " needs an image that could not be mirrored";
      case REPORTED ->
          causedFailure(rescue.steps(Diagnosed.class))
              ? name + " could not pull an image"
              : name + " failed, but not because of an image pull";
      case IN_PROGRESS -> name + " waits for an image that is being mirrored";
    };
  }

  private String verdict() {
    var note = rescue.steps(Recovered.class).stream().anyMatch(it -> !it.projectNote().isEmpty());
    return switch (outcome) {
      case RECOVERED -> note ? toDo("check the project, see below") : "Nothing to do.";
      case RETRIED -> retriedVerdict();
      case RETRY_FAILED -> toDo("find out why the retry failed, because it was not the image pull");
      case SKIPPED ->
          toDo(
              instruction(rescue.steps(Skipped.class).getLast().reason())
                  .orElse("name the mirrored image as shown below, and start it again"));
      case MIRRORED -> mirroredVerdict();
      case NOT_MIRRORED ->
          toDo(
              instruction(rescue.steps(ReplicationFailed.class).getLast().reason())
                  .orElseGet(this::task));
      case REPORTED ->
          causedFailure(rescue.steps(Diagnosed.class))
              ? toDo(task())
              : toDo("find out why it failed, because it went on after the image pull");
      case IN_PROGRESS ->
          isOlderThan(LONGEST_REPLICATION)
              ? toDo("look for its message in the dead-letter queues, with scripts/status")
              : "Nothing to do yet. The image is being mirrored.";
    };
  }

  private String retriedVerdict() {
    if (!startsBuild()) {
      return "Nothing to do if the retry succeeds.";
    }
    return isOlderThan(USUAL_TIME)
        ? toDo("look at the retry, because it has not succeeded")
        : "Nothing to do yet. The retry was started.";
  }

  private String mirroredVerdict() {
    return switch (trigger) {
      case Trigger.Build _ ->
          isOlderThan(USUAL_TIME)
              ? toDo("start the build again, because no retry is recorded")
              : "Nothing to do yet. The retry follows.";
      case Trigger.Task _ -> toDo("name the mirrored image in the task definition, as shown below");
      case Trigger.Job _ -> toDo("name the mirrored image in the job definition, as shown below");
      case Trigger.Manual _, Trigger.Refresh _ -> "Nothing to do.";
    };
  }

  private static String toDo(String task) {
    var text = task.endsWith(".") ? task : task + ".";
    return "One thing to do: "
        + (text.length() <= MAX_VERDICT ? text : text.substring(0, MAX_VERDICT - 3) + "...");
  }

  private String task() {
    return rescue.steps(Diagnosed.class).stream()
        .filter(diagnosed -> diagnosed.causedFailure())
        .reduce((_, later) -> later)
        .map(diagnosed -> Wording.task(diagnosed.cause(), diagnosed.images(), trigger))
        .orElse("remove the reason that is stated below, and start it again");
  }

  /** Returns the last part of a reason that is an instruction. */
  private static Optional<String> instruction(String reason) {
    return Stream.of(reason.split("; "))
        .skip(1)
        .filter(part -> INSTRUCTION.matcher(part).matches())
        .reduce((_, later) -> later);
  }

  private boolean isOlderThan(Duration duration) {
    return Duration.between(rescue.events().getLast().time(), now).compareTo(duration) > 0;
  }

  /** Stages, batches, services, tasks and jobs are started in words; their end is not recorded. */
  private boolean startsBuild() {
    return trigger instanceof Trigger.Build build
        && rescue.steps(Retried.class).getLast().started().startsWith(build.project() + ":");
  }

  private String summary() {
    return String.join(" ", Stream.concat(Stream.of(failure()), course()).toList());
  }

  private String failure() {
    var name = Wording.capitalize(Wording.name(trigger));
    return switch (trigger) {
      case Trigger.Build _ -> name + " failed.";
      case Trigger.Task task when Wording.isService(task) -> name + " could not start a task.";
      case Trigger.Task _, Trigger.Job _ -> name + " did not start.";
      case Trigger.Manual _, Trigger.Refresh _ -> name + " was processed.";
    };
  }

  private Stream<String> course() {
    List<String> sentences = new ArrayList<>();
    rescue.steps(Diagnosed.class, trigger).stream()
        .map(it -> Wording.cause(it.cause(), it.images()))
        .distinct()
        .limit(3)
        .forEach(sentences::add);
    var images = rescue.steps(Replicated.class).stream().map(Replicated::image).distinct().toList();
    if (!images.isEmpty()) {
      var bytes = copiedBytes();
      sentences.add(
          Wording.list(images)
              + (images.size() == 1 ? " is" : " are")
              + " in the mirror now"
              + (bytes == 0 ? "." : ": " + HumanFormat.bytes(bytes) + " were copied."));
    }
    sentences.add(end());
    return sentences.stream();
  }

  private long copiedBytes() {
    return rescue.steps(Replicated.class).stream().mapToLong(Replicated::bytes).sum();
  }

  private String end() {
    return switch (outcome) {
      case RECOVERED -> recovery(rescue.steps(Recovered.class).getLast());
      case RETRIED ->
          "The retry was started."
              + (startsBuild()
                  ? " So far, neither its success nor another failed pull is recorded."
                  : " pull-rescue does not record how it ends.");
      case RETRY_FAILED -> "The retry failed for another reason than the image pull.";
      case SKIPPED -> "It was not retried.";
      case MIRRORED ->
          switch (trigger) {
            case Trigger.Build _ -> "No retry is recorded yet.";
            case Trigger.Task _ -> "No retry is recorded: `ecsRetry` may not allow it.";
            case Trigger.Job _ -> "No retry is recorded: `batchRetry` may not allow it.";
            case Trigger.Manual _, Trigger.Refresh _ -> "Nothing waits for it.";
          };
      case NOT_MIRRORED ->
          Wording.list(
                  rescue.steps(ReplicationFailed.class).stream()
                      .map(ReplicationFailed::image)
                      .distinct()
                      .toList())
              + " could not be mirrored.";
      case REPORTED -> "pull-rescue only reports it.";
      case IN_PROGRESS -> "The image is being mirrored.";
    };
  }

  private static String recovery(Recovered recovered) {
    return "The retry succeeded"
        + (recovered.seconds() < 0
            ? "."
            : ", "
                + HumanFormat.duration(Duration.ofSeconds(recovered.seconds()))
                + " after the failure.");
  }

  private List<Reason> reasons() {
    return rescue.triggers().stream()
        .flatMap(failed ->
            rescue.steps(Diagnosed.class, failed).stream()
                .map(diagnosed ->
                    new Reason(
                        reason(failed, diagnosed),
                        Wording.quoteSource(
                            diagnosed.quote().source(), diagnosed.quote().lineNumber()),
                        diagnosed.quote().text())))
        .toList();
  }

  private String reason(Trigger failed, Diagnosed diagnosed) {
    var cause = Wording.cause(diagnosed.cause(), diagnosed.images());
    return (isRetry(failed) ? "Retry " + Wording.afterColon(failed.id()) + " failed as well. " : "")
        + cause
        + (diagnosed.causedFailure()
            ? ""
            : " The workload went on after that, and failed for another reason.")
        + (diagnosed.images().isEmpty() && !diagnosed.reportOnly()
            ? " The failure does not name the image."
            : "");
  }

  private List<MirroredImage> mirroredImages() {
    return rescue.steps(Replicated.class).stream()
        .map(replicated ->
            new MirroredImage(
                replicated.image(),
                replicated.mirroredImage(),
                copy(replicated),
                replicated.notes().stream().map(Wording::sentences).toList()))
        .toList();
  }

  private static String copy(Replicated replicated) {
    var registry = Wording.registry(List.of(replicated.source()));
    return replicated.bytes() == 0
        ? "The mirror had it already. Nothing was copied."
        : "%s were copied from %s in %s."
            .formatted(
                HumanFormat.bytes(replicated.bytes()),
                registry.equals("the registry") ? "upstream" : registry,
                HumanFormat.duration(Duration.ofMillis(replicated.milliseconds())));
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    rescue
        .steps(ReplicationFailed.class)
        .forEach(failed ->
            problems.add(
                failed.image() + " could not be mirrored. " + Wording.sentences(failed.reason())));
    rescue
        .steps(Skipped.class)
        .forEach(
            skipped -> problems.add("It was not retried. " + Wording.sentences(skipped.reason())));
    rescue.steps(Diagnosed.class).stream()
        .filter(diagnosed -> diagnosed.reportOnly() && diagnosed.causedFailure())
        .map(RescueReporter::notMirrored)
        .distinct()
        .forEach(problems::add);
    rescue.steps(Recovered.class).stream()
        .map(Recovered::projectNote)
        .filter(note -> !note.isEmpty())
        .distinct()
        .forEach(note -> problems.add(Wording.sentences(note)));
    return problems;
  }

  /** The images stand before the reason, and are named by the sentence already. */
  private static String notMirrored(Diagnosed diagnosed) {
    var names = String.join(", ", diagnosed.images()) + ": ";
    var reason = diagnosed.nextAction();
    return Wording.capitalize(Wording.list(diagnosed.images()))
        + " was not mirrored. "
        + Wording.sentences(reason.startsWith(names) ? reason.substring(names.length()) : reason);
  }

  private List<Retry> retries() {
    return rescue.steps(Retried.class).stream()
        .map(retried ->
            new Retry(
                retried.attempt(),
                retried.started(),
                Wording.method(retried.method()),
                retried.caveats().stream().map(Wording::sentences).toList()))
        .toList();
  }

  private @Nullable Result result() {
    return rescue.steps(Recovered.class).stream()
        .reduce((_, later) -> later)
        .map(recovered ->
            new Result(
                recovered.build(),
                "%s succeeded%s.%s"
                    .formatted(
                        recovered.build(),
                        recovered.seconds() < 0
                            ? ""
                            : ", "
                                + HumanFormat.duration(Duration.ofSeconds(recovered.seconds()))
                                + " after the failure",
                        recovered.projectRestored()
                            ? " The change of its project was reverted."
                            : ""),
                recovered.seconds() < 0 ? null : recovered.seconds()))
        .orElse(null);
  }

  private List<Step> steps() {
    return rescue.steps(Diagnosed.class).stream()
        .flatMap(diagnosed -> diagnosed.remedies().stream())
        .distinct()
        .map(remedy ->
            new Step(remedy.description(), remedy.snippet().isEmpty() ? null : remedy.snippet()))
        .toList();
  }

  private List<Link> links() {
    Map<String, String> links = new LinkedHashMap<>();
    var region = rescue.events().getFirst().region();
    for (var failed : rescue.triggers()) {
      ConsoleLink.of(failed, region)
          .ifPresent(
              url -> links.putIfAbsent(url, isRetry(failed) ? "Retry that failed" : failedTitle()));
    }
    rescue.steps(Retried.class).stream()
        .flatMap(retried -> startedLink(retried.started(), region).stream())
        .forEach(link -> links.putIfAbsent(link.url(), link.title()));
    if (trigger instanceof Trigger.Build build) {
      rescue
          .steps(Recovered.class)
          .forEach(recovered ->
              ConsoleLink.of(new Trigger.Build(recovered.build(), build.project()), region)
                  .ifPresent(url -> links.put(url, "Build that succeeded")));
    }
    rescue.steps(Replicated.class).stream()
        .flatMap(replicated -> ImageReference.parse(replicated.mirroredImage()).stream())
        .flatMap(image -> ConsoleLink.ofRepository(image).stream())
        .forEach(url -> links.putIfAbsent(url, "Mirrored image"));
    return links.entrySet().stream()
        .map(link -> new Link(link.getValue(), link.getKey()))
        .limit(20)
        .toList();
  }

  private String failedTitle() {
    return switch (trigger) {
      case Trigger.Build _ -> "Failed build";
      case Trigger.Task _ -> "Failed task";
      case Trigger.Job _ -> "Failed job";
      case Trigger.Manual _, Trigger.Refresh _ -> "Request";
    };
  }

  private Optional<Link> startedLink(String started, String region) {
    return switch (trigger) {
      case Trigger.Build build ->
          startsBuild(started, build)
              ? ConsoleLink.of(new Trigger.Build(started, build.project()), region)
                  .map(url -> new Link("Retried build", url))
              : Optional.empty();
      case Trigger.Task task when Wording.isService(task) ->
          ConsoleLink.ofService(task.cluster(), Wording.afterColon(task.group()), region)
              .map(url -> new Link("Service", url));
      case Trigger.Task task ->
          Optional.of(STARTED_TASK.matcher(started))
              .filter(matcher -> matcher.matches())
              .flatMap(matcher ->
                  ConsoleLink.of(
                      new Trigger.Task(matcher.group(1), task.cluster(), "", "", "", ""), region))
              .map(url -> new Link("Retried task", url));
      case Trigger.Job _ ->
          Optional.of(STARTED_JOB.matcher(started))
              .filter(matcher -> matcher.matches())
              .flatMap(matcher -> ConsoleLink.of(new Trigger.Job(matcher.group(1), "", ""), region))
              .map(url -> new Link("Retried job", url));
      case Trigger.Manual _, Trigger.Refresh _ -> Optional.empty();
    };
  }

  private static boolean startsBuild(String started, Trigger.Build build) {
    return started.startsWith(build.project() + ":");
  }
}
