package io.pullrescue.simulation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.logging.LogSettings;
import io.pullrescue.simulation.Simulation.Outcome;
import io.pullrescue.simulation.engine.Fact;
import io.pullrescue.simulation.engine.PlantedBug;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs simulations from the command line: see {@code scripts/simulate}. */
public final class Simulate {
  private static final int MAX_REPORTS = 5;

  /** How many seeds are tried for a planted bug. */
  private static final long MAX_PLANTED_SEEDS = 20_000;

  private final boolean json;
  private final long start = System.nanoTime();
  private long seeds;
  private long runs;
  private long events;
  private long effects;
  private long faults;
  private long violations;
  private int planted;
  private int caught;
  private int reports;

  private Simulate(boolean json) {
    this.json = json;
  }

  /** Parses the options and runs what they ask for; ends with 1 if a promise is broken. */
  public static void main(String[] arguments) throws JsonProcessingException {
    LogSettings.setThreshold(null); // A simulation would write millions of lines.
    var options = parse(arguments);
    var simulate = new Simulate(options.containsKey("--json"));
    var first = Long.parseLong(options.getOrDefault("--seed", Long.toString(newSeed())));
    if (options.containsKey("--exhaustive")) {
      simulate.runExhaustively();
    }
    if (options.containsKey("--planted")) {
      simulate.findPlantedBugs();
    }
    if (options.containsKey("--minutes")) {
      var minutes = Duration.ofSeconds((long) (60 * Double.parseDouble(options.get("--minutes"))));
      simulate.runSeeds(first, Long.MAX_VALUE, minutes);
    } else if (options.containsKey("--seeds")) {
      simulate.runSeeds(first, Long.parseLong(options.get("--seeds")), Duration.ofDays(365));
    } else if (options.containsKey("--seed")) {
      simulate.replay(first);
    }
    System.exit(simulate.finish());
  }

  /** Seeds that people can type. */
  private static long newSeed() {
    return new Random().nextInt(1_000_000_000);
  }

  private static Map<String, String> parse(String[] arguments) {
    var options = new LinkedHashMap<String, String>();
    for (var i = 0; i < arguments.length; i++) {
      var hasValue = i + 1 < arguments.length && !arguments[i + 1].startsWith("--");
      options.put(arguments[i], hasValue ? arguments[i + 1] : "");
      i += hasValue ? 1 : 0;
    }
    return options;
  }

  private void runExhaustively() {
    ScenarioGenerator.common()
        .forEach((name, scenario) -> {
          var before = runs;
          Consumer<Outcome> consumer = outcome -> count(outcome, name, null);
          Campaign.singleFaults(scenario, consumer);
          Campaign.doubleFaults(scenario, consumer);
          print("%s: %d histories with up to two faults".formatted(name, runs - before));
        });
  }

  private void runSeeds(long first, long count, Duration time) {
    print("seeds from " + first);
    var end = System.nanoTime() + time.toNanos();
    for (var seed = first; seed - first < count && System.nanoTime() < end; seed++) {
      seeds++;
      count(Campaign.run(seed, null), "seed " + seed, null);
    }
  }

  private void replay(long seed) {
    seeds++;
    var outcome = Campaign.run(seed, null);
    print(outcome.scenario().toString());
    printHistory(outcome);
    count(outcome, "seed " + seed, null);
  }

  private void findPlantedBugs() {
    for (var bug : PlantedBug.values()) {
      planted++;
      var seed = Campaign.findSeed(bug, MAX_PLANTED_SEEDS);
      if (seed.isPresent()) {
        caught++;
        print(
            "%s: seed %d: %s: %s"
                .formatted(
                    bug,
                    seed.get(),
                    bug.description(),
                    Campaign.run(seed.get(), bug).violations().getFirst().promise()));
      } else {
        violations++;
        print("%s: NOT CAUGHT: %s".formatted(bug, bug.description()));
      }
    }
  }

  private void count(Outcome outcome, String name, @Nullable PlantedBug bug) {
    runs++;
    events += outcome.events();
    effects += outcome.effects();
    faults += outcome.injected().size();
    if (outcome.violations().isEmpty()) {
      return;
    }
    violations++;
    if (reports++ < MAX_REPORTS) {
      print("VIOLATION: %s with faults %s".formatted(name, outcome.injected()));
      var smallest = Campaign.shrink(outcome, bug);
      print("the smallest history that still breaks it: " + smallest.scenario());
      printHistory(smallest);
    }
  }

  private void printHistory(Outcome outcome) {
    outcome.history().stream()
        .filter(fact -> !(fact instanceof Fact.Called))
        .forEach(fact -> print(time(fact.time()) + " " + withoutTime(fact)));
    outcome
        .violations()
        .forEach(violation ->
            print(
                "%s BROKEN %s: %s"
                    .formatted(time(violation.time()), violation.promise(), violation.message())));
  }

  private static String time(long milliseconds) {
    var time = Duration.ofMillis(milliseconds);
    return "%d:%02d:%02d.%03d"
        .formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart(), time.toMillisPart());
  }

  private static String withoutTime(Fact fact) {
    return fact.toString().replaceFirst("time=[0-9]+(, )?", "");
  }

  private void print(String line) {
    (json ? System.err : System.out).println(line);
  }

  private int finish() throws JsonProcessingException {
    var seconds = Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0;
    var result = new LinkedHashMap<String, Object>();
    result.put("seeds", seeds);
    result.put("runs", runs);
    result.put("events", events);
    result.put("effects", effects);
    result.put("faults", faults);
    result.put("violations", violations);
    result.put("planted", planted);
    result.put("caught", caught);
    result.put("seconds", seconds);
    System.out.println(json ? new ObjectMapper().writeValueAsString(result) : result.toString());
    return violations == 0 ? 0 : 1;
  }
}
