package io.pullrescue.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.simulation.Simulation.Outcome;
import io.pullrescue.simulation.engine.Fact;
import io.pullrescue.simulation.engine.FaultPlan;
import io.pullrescue.simulation.engine.PlantedBug;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs a sample of what {@code scripts/simulate} runs, and checks that the simulation can fail:
 * each planted bug is caught.
 */
final class SimulationTest {
  private static final int SAMPLE = 150;

  /** The first seed that catches each planted bug, as {@code scripts/simulate --planted} prints. */
  private static final Map<PlantedBug, Long> SEEDS = PlantedBugSeeds.SEEDS;

  @BeforeAll
  static void turnLogsOff() {
    QuietLogs.setLevel("OFF");
  }

  @AfterAll
  static void turnLogsOn() {
    QuietLogs.setLevel("INFO");
  }

  static List<String> commonScenarios() {
    return List.copyOf(ScenarioGenerator.common().keySet());
  }

  @Test
  void rescuesFailedBuild() {
    var outcome = Simulation.run(scenario("build"), FaultPlan.NONE, null);

    assertThat(outcome.violations()).isEmpty();
    assertThat(published(outcome))
        .containsExactly(
            "Pull Failure Diagnosed", "Image Replicated", "Workload Retried", "Workload Recovered");
    assertThat(outcome.history())
        .filteredOn(fact -> fact instanceof Fact.Ended ended && ended.succeeded())
        .hasSize(1);
  }

  private static List<String> published(Outcome outcome) {
    return outcome.history().stream()
        .filter(Fact.Published.class::isInstance)
        .map(fact -> ((Fact.Published) fact).type())
        .toList();
  }

  @Test
  void sameSeedGivesSameHistory() {
    for (long seed = 0; seed < 40; seed++) {
      assertThat(Campaign.run(seed, null).history())
          .as("seed %d", seed)
          .isEqualTo(Campaign.run(seed, null).history());
    }
  }

  @ParameterizedTest
  @MethodSource("commonScenarios")
  void noSingleFaultBreaksPromise(String name) {
    Campaign.singleFaults(scenario(name), SimulationTest::assertKept);
  }

  @Test
  void noSampledSeedBreaksPromise() {
    for (long seed = 0; seed < SAMPLE; seed++) {
      assertKept(Campaign.run(seed, null));
    }
  }

  private static void assertKept(Outcome outcome) {
    assertThat(outcome.violations())
        .as("%s with %s", outcome.scenario(), outcome.injected())
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(PlantedBug.class)
  void catchesPlantedBug(PlantedBug bug) {
    var seed = Objects.requireNonNull(SEEDS.get(bug), bug.description());

    assertThat(Campaign.run(seed, bug).violations()).as(bug.description()).isNotEmpty();
    assertThat(Campaign.run(seed, null).violations()).as("without it").isEmpty();
  }

  @Test
  void shrinksFailingHistory() {
    var bug = PlantedBug.DELETE_BEFORE_EFFECT;
    var failed = Campaign.run(Objects.requireNonNull(SEEDS.get(bug)), bug);

    var smallest = Campaign.shrink(failed, bug);

    assertThat(smallest.violations()).isNotEmpty();
    assertThat(smallest.history()).hasSizeLessThanOrEqualTo(failed.history().size());
    assertThat(smallest.injected()).hasSizeLessThanOrEqualTo(1);
    assertThat(smallest.scenario().works()).hasSize(1);
  }

  private static Scenario scenario(String name) {
    return Objects.requireNonNull(ScenarioGenerator.common().get(name), name);
  }
}
