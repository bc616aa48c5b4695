package io.pullrescue.simulation;

import static java.util.stream.Collectors.groupingBy;

import io.pullrescue.config.Mode;
import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.simulation.Scenario.Settings;
import io.pullrescue.simulation.Violation.Promise;
import io.pullrescue.simulation.aws.SimulatedSqs;
import io.pullrescue.simulation.engine.Fact;
import io.pullrescue.simulation.engine.Fact.DeadLettered;
import io.pullrescue.simulation.engine.Fact.Ended;
import io.pullrescue.simulation.engine.Fact.Kind;
import io.pullrescue.simulation.engine.Fact.ProjectChanged;
import io.pullrescue.simulation.engine.Fact.Published;
import io.pullrescue.simulation.engine.Fact.Started;
import io.pullrescue.simulation.engine.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Checks the promises of pull-rescue against a history. It knows nothing else. */
final class Auditor {
  private static final String RETRY = "retry";
  private static final String PERSON = "person";
  private static final long SKEW = Duration.ofMinutes(4).toMillis();

  /** What a list may lack, and what happens while a function runs. */
  private static final long MAX_DELAY = Duration.ofMinutes(2).toMillis();

  /** The ages of the stack's alarms. */
  private static final Map<String, Long> MAX_MESSAGE_AGE =
      Map.of(
          "failures", Duration.ofHours(1).toMillis(),
          "replication-requests.fifo", Duration.ofHours(13).toMillis(),
          "retries.fifo", Duration.ofHours(5).toMillis());

  private static final Set<Fault> INTERRUPTIONS =
      EnumSet.of(Fault.THROTTLE, Fault.CRASH_BEFORE, Fault.CRASH_AFTER);

  private static final long HOUR = Duration.ofHours(1).toMillis();

  /** The grants of the stack, by function. */
  private static final Map<String, Set<String>> PERMISSIONS =
      Map.of(
          "diagnose",
          Set.of(
              "BatchGetBuilds",
              "GetLogEvents",
              "DescribeTasks",
              "DescribeTaskDefinition",
              "DescribeJobs",
              "SendMessage",
              "ChangeMessageVisibility",
              "GetQueueUrl",
              "PutEvents"),
          "replicate",
          Set.of(
              "HeadManifest",
              "CreateRepository",
              "UploadLayerPart",
              "PutImage",
              "SendMessage",
              "ChangeMessageVisibility",
              "GetQueueUrl",
              "PutEvents"),
          RETRY,
          Set.of(
              "BatchGetBuilds",
              "BatchGetProjects",
              "BatchGetBuildBatches",
              "ListBuildsForProject",
              "StartBuild",
              "RetryBuildBatch",
              "UpdateProject",
              "GetLogEvents",
              "GetPipeline",
              "GetPipelineState",
              "RetryStageExecution",
              "DescribeTasks",
              "DescribeTaskDefinition",
              "RegisterTaskDefinition",
              "DescribeServices",
              "UpdateService",
              "ListTasks",
              "RunTask",
              "LookupEvents",
              "DescribeJobs",
              "DescribeJobDefinitions",
              "RegisterJobDefinition",
              "ListJobs",
              "SubmitJob",
              "DescribeImages",
              "ListTagsForResource",
              "SendMessage",
              "ChangeMessageVisibility",
              "GetQueueUrl",
              "PutEvents"),
          "refresh",
          Set.of("DescribeRepositories", "DescribeImages", "ListTagsForResource", "SendMessage"));

  private final Settings settings;
  private final List<Fact> history;
  private final List<Violation> violations = new ArrayList<>();
  private final Map<String, Started> started = new LinkedHashMap<>();
  private final Map<String, Ended> ended = new LinkedHashMap<>();
  private final List<Started> retries;
  private final List<Published> published;
  private final Set<Fault> faults = EnumSet.noneOf(Fault.class);
  private final Map<Fault, Integer> faultCounts = new HashMap<>();

  Auditor(Settings settings, List<Fact> history) {
    this.settings = settings;
    this.history = history;
    all(Started.class).forEach(fact -> started.put(fact.id(), fact));
    all(Ended.class).forEach(fact -> ended.put(fact.id(), fact));
    retries =
        all(Started.class)
            .filter(fact -> !fact.actor().equals(PERSON) && !fact.actor().equals("aws"))
            .toList();
    published = all(Published.class).toList();
    all(Fact.Injected.class)
        .forEach(injected -> {
          faults.add(injected.fault());
          faultCounts.merge(injected.fault(), 1, Integer::sum);
        });
  }

  private <T extends Fact> Stream<T> all(Class<T> type) {
    return history.stream().filter(type::isInstance).map(type::cast);
  }

  private void violation(Promise promise, Fact fact, String message) {
    violations.add(new Violation(promise, fact.time(), message));
  }

  /** Returns all violations, in no particular order. */
  List<Violation> audit() {
    checkRetriesOfFailures();
    retries.forEach(this::checkRetry);
    checkMirror();
    checkOutcomes();
    checkQueues();
    checkReports();
    checkHourlyLimit();
    checkRequestBudget();
    checkProjects();
    checkPermissions();
    return violations;
  }

  private void checkRetriesOfFailures() {
    retries.stream()
        .collect(groupingBy(Started::retryOf))
        .forEach((failure, again) -> {
          if (again.size() > 1) {
            violation(
                Promise.RETRIED_ONCE,
                again.get(1),
                failure + " is retried as " + again.stream().map(Started::id).toList());
          }
        });
  }

  private void checkRetry(Started retry) {
    var failure = ended.get(retry.retryOf());
    if (failure == null || failure.time() > retry.time()) {
      violation(Promise.NOTHING_RUNS_TWICE, retry, retry.retryOf() + " had not ended: " + retry);
      return;
    }
    if (failure.succeeded() || !failure.pullFailed()) {
      violation(
          Promise.NOTHING_RUNS_TWICE, retry, failure.id() + " did not fail because of a pull");
    }
    if (failure.ran() && failure.kind() != Kind.BUILD) {
      violation(Promise.NOTHING_RUNS_TWICE, retry, failure.id() + " ran, and runs again");
    }
    var age = retry.time() - failure.time();
    var maxAge = Duration.ofMinutes(Settings.MAX_FAILURE_AGE_MINUTES).toMillis() + SKEW + MAX_DELAY;
    // The others have no such setting: a service is updated as long as it fails.
    if (retry.kind() == Kind.BUILD && age > maxAge) {
      violation(Promise.AGE, retry, failure.id() + " failed " + age / 60_000 + " minutes ago");
    }
    if (failure.optedOut() || !isSelected(retry.kind())) {
      violation(Promise.OPT_OUT, retry, failure.id() + " must not be retried");
    }
    checkChain(retry);
    checkNewest(retry, failure);
    checkRole(retry);
  }

  private boolean isSelected(Kind kind) {
    return settings.mode() == Mode.RESCUE
        && switch (kind) {
          case BUILD -> true;
          case TASK, SERVICE -> settings.ecsRetry() != WorkloadRetryMode.OFF;
          case JOB -> settings.batchRetry() != WorkloadRetryMode.OFF;
        };
  }

  private void checkChain(Started retry) {
    var length = 0;
    for (var link = retry; link != null && !link.retryOf().isEmpty(); ) {
      length++;
      link = started.get(link.retryOf());
    }
    var limit = retry.kind() == Kind.BUILD ? settings.maxRetries() : 1;
    // A service gets one revision for each task definition that fails.
    if (length > limit && retry.kind() != Kind.SERVICE) {
      violation(Promise.MAX_RETRIES, retry, retry.id() + " is retry " + length + " of its chain");
    }
  }

  private Optional<Started> first(Started retry) {
    var link = started.get(retry.retryOf());
    while (link != null && !link.retryOf().isEmpty()) {
      link = started.get(link.retryOf());
    }
    return Optional.ofNullable(link);
  }

  private void checkNewest(Started retry, Ended failure) {
    if (retry.kind() == Kind.SERVICE) {
      var task = started.get(failure.id());
      if (task != null && !task.source().equals(retry.source()) && !isDeployedMeanwhile(retry)) {
        violation(
            Promise.NEWEST_WINS,
            retry,
            "the service had " + retry.source() + ", and " + task.source() + " failed");
      }
      return;
    }
    if (retry.kind() != Kind.BUILD
        || retry.source().endsWith("@arn:aws:s3:::artifacts/" + retry.owner())) {
      return;
    }
    first(retry)
        .ifPresent(original ->
            started.values().stream()
                .filter(other -> other.actor().equals(PERSON))
                .filter(other -> other.owner().equals(retry.owner()))
                .filter(other -> other.source().equals(original.source()))
                .filter(other -> other.time() > original.time())
                .filter(other -> other.time() < retry.time() - MAX_DELAY)
                .filter(other -> runsOrSucceededBefore(other, retry.time() - MAX_DELAY))
                .findFirst()
                .ifPresent(newer ->
                    violation(
                        Promise.NEWEST_WINS,
                        retry,
                        newer.id() + " is newer than " + original.id())));
  }

  /** UpdateService has no condition: what people deploy while a function calls it is replaced. */
  private boolean isDeployedMeanwhile(Started retry) {
    return all(Fact.Acted.class)
        .filter(act -> act.action().endsWith(" " + retry.owner()))
        .anyMatch(act -> act.time() <= retry.time() && act.time() > retry.time() - MAX_DELAY);
  }

  private boolean runsOrSucceededBefore(Started other, long time) {
    var end = ended.get(other.id());
    return end == null || end.time() > time + MAX_DELAY || (end.succeeded() && end.time() < time);
  }

  private void checkRole(Started retry) {
    var original = started.get(retry.retryOf());
    if (original != null && !original.role().equals(retry.role())) {
      violation(Promise.ROLE, retry, retry.role() + " in place of " + original.role());
    }
    if (retry.role().endsWith("role/administrator")) {
      violation(Promise.ROLE, retry, retry.role() + " is not in `passRoles`");
    }
  }

  private void checkMirror() {
    var stored = new HashSet<String>();
    var tags = new HashMap<String, String>();
    for (var fact : history) {
      switch (fact) {
        case Fact.Stored store -> stored.add(store.repository() + "@" + store.digest());
        case Fact.Tagged tagged -> {
          if (!stored.contains(tagged.repository() + "@" + tagged.digest())) {
            violation(Promise.TAG_IS_VERIFIED, tagged, "blobs are missing: " + tagged);
          }
          var name = tagged.repository() + ":" + tagged.tag();
          var before = tags.put(name, tagged.digest());
          if (before != null
              && !before.equals(tagged.digest())
              && !tagged.tag().startsWith("pull-rescue.")
              && !tagged.subject().startsWith("refresh")) {
            violation(Promise.TAG_STAYS, tagged, tagged.subject() + " moves " + name);
          }
        }
        case Started start when !start.actor().equals(PERSON) ->
            checkReferences(stored, start, start.mirrorReferences());
        case Fact.Registered registered ->
            checkReferences(stored, registered, registered.mirrorReferences());
        default -> {}
      }
    }
  }

  private void checkReferences(Set<String> stored, Fact fact, List<String> references) {
    for (var reference : references) {
      var name = reference.substring(reference.indexOf('/') + 1).replaceFirst(":[^@:]+@", "@");
      if (!stored.contains(name)) {
        violation(Promise.IMAGE_IS_MIRRORED, fact, name + " is not in the mirror");
      }
    }
  }

  /** An event that EventBridge lost is none: nobody knows of that failure. */
  private void checkOutcomes() {
    var alarmed = alarmed();
    all(Fact.Noticed.class)
        .map(Fact.Noticed::id)
        .distinct()
        .forEach(id -> {
          var failure = ended.get(id);
          if (failure != null
              && failure.pullFailed()
              && (!failure.ran() || failure.kind() == Kind.BUILD)
              && !alarmed.contains(id)
              && !hasOutcome(failure)) {
            violation(Promise.ENDS_IN_REPORT, failure, id + " has no outcome");
          }
        });
  }

  /** Dead-letter queues have alarms, and so has the age of the oldest message of a queue. */
  private Set<String> alarmed() {
    var alarmed = new HashSet<String>();
    var sent = new HashMap<String, Long>();
    for (var fact : history) {
      switch (fact) {
        case DeadLettered dead -> alarmed.add(dead.subject());
        case Fact.Sent send -> sent.put(send.message(), send.time());
        case Fact.Received received -> {
          var age = received.time() - sent.getOrDefault(received.message(), received.time());
          if (age > MAX_MESSAGE_AGE.getOrDefault(received.queue(), Long.MAX_VALUE)) {
            alarmed.add(received.subject());
          }
        }
        default -> {}
      }
    }
    return alarmed;
  }

  private boolean hasOutcome(Ended failure) {
    var isDiagnosed = isPublished("Pull Failure Diagnosed", failure.id());
    if (!isDiagnosed) {
      return isPublished("Retry Skipped", failure.id());
    }
    if (failure.optedOut() || !isSelected(failure.kind())) {
      return true;
    }
    return isPublished("Retry Skipped", failure.id())
        || isPublished("Image Replication Failed", failure.id())
        || published.stream()
            .anyMatch(event ->
                event.type().equals("Pull Failure Diagnosed")
                    && event.subject().equals(failure.id())
                    && !event.text().startsWith("mirror "))
        || retries.stream().anyMatch(retry -> retry.retryOf().equals(failure.id()))
        || isServiceUpdated(failure);
  }

  /** The tasks of a service fail together, and are retried by one update. */
  private boolean isServiceUpdated(Ended failure) {
    var task = started.get(failure.id());
    return task != null
        && started.values().stream()
            .anyMatch(other ->
                other.kind() == Kind.SERVICE
                    && other.owner().equals(failure.owner())
                    && isOfSameRevision(task, other));
  }

  private boolean isOfSameRevision(Started task, Started update) {
    var failed = started.get(update.retryOf());
    return failed != null && failed.source().equals(task.source());
  }

  private boolean isPublished(String type, String subject) {
    return published.stream()
        .anyMatch(event -> event.type().equals(type) && event.subject().equals(subject));
  }

  private void checkQueues() {
    all(Fact.Left.class)
        .forEach(left -> violation(Promise.NOTHING_WAITS, left, "still waits: " + left));
    all(Fact.Expired.class)
        .forEach(expired -> violation(Promise.NOTHING_WAITS, expired, "lost: " + expired));
    // Lambda ends a request that would be sent again for ever. No request relies on that.
    all(DeadLettered.class)
        .filter(dead -> dead.reason().equals(SimulatedSqs.RECURSIVE_LOOP))
        .forEach(dead -> violation(Promise.NOTHING_WAITS, dead, "sent again for ever: " + dead));
  }

  private void checkReports() {
    var alarmed = alarmed();
    for (var retry : retries) {
      if (!isPublished("Workload Retried", retry.retryOf())
          && !isInterrupted(retry)
          && !alarmed.contains(retry.retryOf())) {
        violation(Promise.RETRY_IS_PUBLISHED, retry, retry.retryOf() + " is retried silently");
      }
    }
    for (var event : published) {
      var isTrue =
          switch (event.type()) {
            case "Workload Retried" ->
                retries.stream()
                    .anyMatch(retry ->
                        retry.retryOf().equals(event.subject()) && retry.time() <= event.time());
            case "Workload Recovered" ->
                Optional.ofNullable(ended.get(event.text())).filter(Ended::succeeded).isPresent();
            default -> true;
          };
      if (!isTrue) {
        violation(Promise.REPORT_IS_TRUE, event, "this did not happen: " + event);
      }
    }
  }

  /** Between its effect and its report a function may end: then only the effect is there. */
  private boolean isInterrupted(Started retry) {
    return all(Fact.Injected.class)
        .filter(injected -> INTERRUPTIONS.contains(injected.fault()))
        .anyMatch(injected ->
            injected.time() >= retry.time() && injected.time() <= retry.time() + MAX_DELAY);
  }

  /** A list that lacks what is new counts less, as far as AWS answers so. */
  private void checkHourlyLimit() {
    var limit = settings.maxRetriesPerHour() + faultCounts.getOrDefault(Fault.STALE, 0);
    retries.stream()
        .filter(retry -> retry.kind() == Kind.BUILD)
        .filter(retry -> !retry.source().contains("@arn:aws:s3:::artifacts/"))
        .collect(groupingBy(Started::owner))
        .forEach((owner, ofProject) -> {
          for (var retry : ofProject) {
            var count =
                ofProject.stream()
                    .filter(other ->
                        other.time() <= retry.time()
                            && other.time() > retry.time() - HOUR + SKEW + MAX_DELAY)
                    .count();
            if (count > limit) {
              violation(
                  Promise.HOURLY_LIMIT, retry, owner + " has " + count + " retries in an hour");
            }
          }
        });
  }

  /** What a function used before it crashed is not known to the next one. */
  private void checkRequestBudget() {
    var crashes =
        Stream.of(
                Fault.CRASH_BEFORE,
                Fault.CRASH_AFTER,
                Fault.THROTTLE,
                Fault.LOSE_DELETE,
                Fault.DUPLICATE_MESSAGE,
                Fault.DUPLICATE_EVENT)
            .mapToInt(fault -> faultCounts.getOrDefault(fault, 0))
            .sum();
    all(Fact.Pulled.class)
        .filter(pulled -> !pulled.subject().startsWith("refresh"))
        .collect(groupingBy(Fact.Pulled::subject))
        .forEach((subject, pulls) -> {
          var requests = pulls.stream().mapToInt(Fact.Pulled::requests).sum();
          if (requests > settings.maxRateLimitedRequests() + 2 * crashes) {
            violation(Promise.REQUEST_BUDGET, pulls.getLast(), subject + " used " + requests);
          }
        });
  }

  private void checkProjects() {
    all(ProjectChanged.class)
        .collect(groupingBy(ProjectChanged::project))
        .forEach((project, changes) -> {
          checkRestored(project, changes);
          checkPersonsChanges(project, changes);
        });
  }

  private void checkRestored(String project, List<ProjectChanged> changes) {
    var last = changes.getLast();
    if (!last.hasUpdate()
        || settings.projectUpdates() != ProjectUpdateMode.UNTIL_SUCCESS
        || faults.contains(Fault.LOSE_EVENT)
        || all(DeadLettered.class).anyMatch(dead -> dead.subject().startsWith(project + ":"))) {
      return;
    }
    ended.values().stream()
        .filter(end -> end.kind() == Kind.BUILD && end.owner().equals(project) && end.succeeded())
        .filter(end -> end.time() > last.time())
        .filter(end -> {
          var build = started.get(end.id());
          return build != null && build.time() > last.time();
        })
        .findFirst()
        .ifPresent(success ->
            violation(
                Promise.PROJECT_RESTORED,
                last,
                project + " still has the change by pull-rescue after " + success.id()));
  }

  private void checkPersonsChanges(String project, List<ProjectChanged> changes) {
    var image = "";
    var buildspec = "";
    ProjectChanged before = null;
    for (var change : changes) {
      if (change.actor().equals(PERSON)) {
        buildspec = change.buildspec();
        if (before == null || !before.image().equals(change.image())) {
          image = change.image();
        }
      }
      before = change;
    }
    var last = changes.getLast();
    if (!last.buildspec().equals(buildspec) || (!last.hasUpdate() && !last.image().equals(image))) {
      violation(
          Promise.PERSON_WINS,
          last,
          project + " should have " + image + " and " + buildspec + ", but is " + last);
    }
  }

  private void checkPermissions() {
    all(Fact.Called.class)
        .filter(
            call -> !PERMISSIONS.getOrDefault(call.actor(), Set.of()).contains(call.operation()))
        .findFirst()
        .ifPresent(call ->
            violation(
                Promise.PERMISSIONS, call, call.actor() + " may not call " + call.operation()));
  }
}
