package io.pullrescue.report;

import io.pullrescue.event.Trigger;
import io.pullrescue.report.RecordedEvent.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The events of one rescue: those of the workload that failed first, and of each retried build that
 * failed after it. An event that was published twice is there once.
 *
 * @param triggers the failed workloads, the first one first
 * @param events in the order in which the steps of a rescue follow each other
 */
record Rescue(List<Trigger> triggers, List<RecordedEvent> events) {
  /** Chains are short: {@code maxRetries} is 10 at most. */
  private static final int MAX_CHAIN = 20;

  private static final Comparator<RecordedEvent> ORDER =
      Comparator.comparing(RecordedEvent::time).thenComparingInt(event -> rank(event.step()));

  Rescue {
    triggers = List.copyOf(triggers);
    events = List.copyOf(events);
  }

  /** Returns the workload that failed first. */
  Trigger first() {
    return triggers.getFirst();
  }

  /** Returns the workload that failed last. */
  Trigger last() {
    return triggers.getLast();
  }

  /** Returns the events of a type about one workload. */
  <T extends Step> List<T> steps(Class<T> type, Trigger trigger) {
    return events.stream()
        .filter(event -> event.trigger().id().equals(trigger.id()))
        .map(RecordedEvent::step)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  /** Returns the events of a type. */
  <T extends Step> List<T> steps(Class<T> type) {
    return events.stream()
        .map(RecordedEvent::step)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  /** Returns whether an event is about this id, or names it. */
  boolean concerns(String id) {
    return events.stream().anyMatch(event -> ids(event).anyMatch(id::equals));
  }

  /** Groups events by rescue, in the order in which the rescues began. */
  static List<Rescue> group(List<RecordedEvent> events) {
    Map<String, Trigger> triggers = new LinkedHashMap<>();
    Map<String, List<RecordedEvent>> byTrigger = new LinkedHashMap<>();
    Map<String, String> startedFrom = new LinkedHashMap<>();
    Set<Object> known = new HashSet<>();
    for (var event : events.stream().sorted(ORDER).toList()) {
      var id = event.trigger().id();
      if (!known.add(List.of(id, event.step()))) {
        continue;
      }
      triggers.putIfAbsent(id, event.trigger());
      byTrigger.computeIfAbsent(id, _ -> new ArrayList<>()).add(event);
      if (event.step() instanceof Step.Retried retried && !retried.started().equals(id)) {
        startedFrom.putIfAbsent(retried.started(), id);
      }
    }
    byTrigger.forEach((id, steps) -> steps.forEach(event -> linkToSuccess(id, event, startedFrom)));
    Map<String, List<String>> chains = new LinkedHashMap<>();
    for (var id : byTrigger.keySet()) {
      var root = root(id, startedFrom);
      var chain = chains.computeIfAbsent(root, _ -> new ArrayList<>());
      // An event of the first failure may be late, or missing.
      chain.add(id.equals(root) ? 0 : chain.size(), id);
    }
    return chains.values().stream()
        .map(chain ->
            new Rescue(
                chain.stream().map(id -> Objects.requireNonNull(triggers.get(id))).toList(),
                chain.stream()
                    .flatMap(id -> byTrigger.getOrDefault(id, List.of()).stream())
                    .sorted(ORDER)
                    .toList()))
        .toList();
  }

  /** The success names the first failure and the last retry: it links what is missing between. */
  private static void linkToSuccess(
      String first, RecordedEvent event, Map<String, String> startedFrom) {
    if (event.step() instanceof Step.Recovered recovered) {
      var root = root(recovered.build(), startedFrom);
      if (!root.equals(first)) {
        startedFrom.putIfAbsent(root, first);
      }
    }
  }

  /** Follows the retries back; forged events may name each other in a circle. */
  private static String root(String id, Map<String, String> startedFrom) {
    var root = id;
    for (var i = 0; i < MAX_CHAIN; i++) {
      var earlier = startedFrom.get(root);
      if (earlier == null || earlier.equals(id)) {
        return root;
      }
      root = earlier;
    }
    return root;
  }

  private static Stream<String> ids(RecordedEvent event) {
    return switch (event.step()) {
      case Step.Retried retried -> Stream.of(event.trigger().id(), retried.started());
      case Step.Recovered recovered -> Stream.of(event.trigger().id(), recovered.build());
      case Step.Diagnosed _, Step.Replicated _, Step.ReplicationFailed _, Step.Skipped _ ->
          Stream.of(event.trigger().id());
    };
  }

  private static int rank(Step step) {
    return switch (step) {
      case Step.Diagnosed _ -> 0;
      case Step.Replicated _ -> 1;
      case Step.ReplicationFailed _ -> 2;
      case Step.Retried _ -> 3;
      case Step.Skipped _ -> 4;
      case Step.Recovered _ -> 5;
    };
  }
}
