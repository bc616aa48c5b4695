package io.pullrescue.simulation;

import io.pullrescue.simulation.Simulation.Outcome;
import io.pullrescue.simulation.Violation.Promise;
import io.pullrescue.simulation.engine.Fault;
import io.pullrescue.simulation.engine.FaultPlan;
import io.pullrescue.simulation.engine.PlantedBug;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs many simulations: all faults of the common scenarios, or those of seeds. */
final class Campaign {
  /** In how many points there is one fault on average, by seed; without faults in every eighth. */
  private static final List<Integer> RARITIES = List.of(0, 60, 40, 25, 15, 10, 25, 40);

  private Campaign() {}

  /** Runs the scenario and the faults of a seed. */
  static Outcome run(long seed, @Nullable PlantedBug bug) {
    var rarity = RARITIES.get((int) Math.floorMod(seed, (long) RARITIES.size()));
    return Simulation.run(
        ScenarioGenerator.random(seed),
        rarity == 0 ? FaultPlan.NONE : FaultPlan.random(~seed, rarity),
        bug);
  }

  /** Runs a scenario with each single fault at each point. */
  static void singleFaults(Scenario scenario, Consumer<Outcome> consumer) {
    var base = Simulation.run(scenario, FaultPlan.NONE, null);
    consumer.accept(base);
    forEachFault(base, 0, Map.of(), consumer);
  }

  /** Runs a scenario with each pair of faults. */
  static void doubleFaults(Scenario scenario, Consumer<Outcome> consumer) {
    singleFaults(
        scenario,
        single ->
            single.injected().keySet().stream()
                .findFirst()
                .ifPresent(point -> forEachFault(single, point + 1, single.injected(), consumer)));
  }

  private static void forEachFault(
      Outcome outcome, int from, Map<Integer, Fault> faults, Consumer<Outcome> consumer) {
    var points = outcome.possibleFaults();
    for (var point = from; point < points.size(); point++) {
      for (var fault : points.get(point)) {
        var more = new TreeMap<>(faults);
        more.put(point, fault);
        consumer.accept(Simulation.run(outcome.scenario(), FaultPlan.of(more), null));
      }
    }
  }

  /**
   * Returns the seed that reveals a planted bug; empty if there is none among the first ones.
   *
   * @param seeds how many seeds are tried
   */
  static Optional<Long> findSeed(PlantedBug bug, long seeds) {
    for (long seed = 0; seed < seeds; seed++) {
      if (!run(seed, bug).violations().isEmpty() && run(seed, null).violations().isEmpty()) {
        return Optional.of(seed);
      }
    }
    return Optional.empty();
  }

  /** Returns the smallest scenario and the fewest faults that still break the same promise. */
  static Outcome shrink(Outcome failed, @Nullable PlantedBug bug) {
    var promise = failed.violations().getFirst().promise();
    var smallest = failed;
    for (var smaller = shrinkOnce(smallest, promise, bug);
        smaller.isPresent();
        smaller = shrinkOnce(smallest, promise, bug)) {
      smallest = smaller.get();
    }
    return smallest;
  }

  private static Optional<Outcome> shrinkOnce(
      Outcome outcome, Promise promise, @Nullable PlantedBug bug) {
    for (var candidate : smallerScenarios(outcome.scenario())) {
      var smaller = Simulation.run(candidate, FaultPlan.of(outcome.injected()), bug);
      if (breaks(smaller, promise)) {
        return Optional.of(smaller);
      }
    }
    for (var point : outcome.injected().keySet()) {
      var fewer = new TreeMap<>(outcome.injected());
      fewer.remove(point);
      var smaller = Simulation.run(outcome.scenario(), FaultPlan.of(fewer), bug);
      if (breaks(smaller, promise) && smaller.injected().size() < outcome.injected().size()) {
        return Optional.of(smaller);
      }
    }
    return Optional.empty();
  }

  private static boolean breaks(Outcome outcome, Promise promise) {
    return outcome.violations().stream().anyMatch(violation -> violation.promise() == promise);
  }

  private static List<Scenario> smallerScenarios(Scenario scenario) {
    var smaller = new ArrayList<Scenario>();
    if (scenario.works().size() > 1) {
      smaller.add(scenario.withWorks(scenario.works().subList(0, scenario.works().size() - 1)));
    }
    for (var i = 0; i < scenario.acts().size(); i++) {
      var acts = new ArrayList<>(scenario.acts());
      acts.remove(i);
      smaller.add(scenario.withActs(acts));
    }
    return smaller;
  }
}
