package io.pullrescue.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.logging.LogSettings;
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
import org.slf4j.event.Level;

/**
 * Runs a sample of what {@code scripts/simulate} runs, and checks that the simulation can fail:
 * each planted bug is caught.
 */
final class SimulationTest {
  private static final int SAMPLE = 150;

  /** The first seed that catches each planted bug, as {@code scripts/simulate --planted} prints. */
  private static final Map<PlantedBug, Long> SEEDS =
      Map.ofEntries(
          Map.entry(PlantedBug.DROP_ATTEMPT_VARIABLE, 43L),
          Map.entry(PlantedBug.DROP_ORIGINAL_VARIABLE, 204L),
          Map.entry(PlantedBug.DROP_IDEMPOTENCY_TOKEN, 155L),
          Map.entry(PlantedBug.DROP_CLIENT_TOKEN, 0L),
          Map.entry(PlantedBug.DELETE_BEFORE_EFFECT, 0L),
          Map.entry(PlantedBug.SWALLOW_ERRORS, 2L),
          Map.entry(PlantedBug.TAG_BEFORE_BLOBS, 0L),
          Map.entry(PlantedBug.MOVE_TAG_FOR_FAILURE, 41L),
          Map.entry(PlantedBug.TRUST_TAG_IN_MESSAGE, 618L),
          Map.entry(PlantedBug.START_AFTER_FIRST_IMAGE, 6L),
          Map.entry(PlantedBug.IGNORE_HELD_GROUPS, 13_044L),
          Map.entry(PlantedBug.IGNORE_SUBMITTED_JOBS, 237L),
          Map.entry(PlantedBug.COUNT_ONE_PAGE, 2L),
          Map.entry(PlantedBug.IGNORE_NEWER_BUILDS, 2L),
          Map.entry(PlantedBug.IGNORE_AGE, 21L),
          Map.entry(PlantedBug.IGNORE_MAX_RETRIES, 70L),
          Map.entry(PlantedBug.IGNORE_HOURLY_LIMIT, 328L),
          Map.entry(PlantedBug.IGNORE_REQUEST_BUDGET, 73L),
          Map.entry(PlantedBug.IGNORE_OPT_OUT, 7L),
          Map.entry(PlantedBug.IGNORE_ROLE, 5L),
          Map.entry(PlantedBug.IGNORE_SERVICE_REVISION, 4L),
          Map.entry(PlantedBug.NEVER_RESTORE, 259L),
          Map.entry(PlantedBug.RESTORE_OVER_PERSON, 81L),
          Map.entry(PlantedBug.SKIP_WITHOUT_REPORT, 2L),
          Map.entry(PlantedBug.REPORT_WITHOUT_EFFECT, 6L),
          Map.entry(PlantedBug.FORGET_WAITS, 12L),
          Map.entry(PlantedBug.START_BUILD_IN_DIAGNOSE, 2L),
          Map.entry(PlantedBug.DROP_SECOND_IMAGE, 0L),
          Map.entry(PlantedBug.IGNORE_EXIT_CODE, 50L),
          Map.entry(PlantedBug.IGNORE_GROUPS, 1265L));

  @BeforeAll
  static void turnLogsOff() {
    LogSettings.setThreshold(null); // A simulation would write millions of lines.
  }

  @AfterAll
  static void turnLogsOn() {
    LogSettings.setThreshold(Level.INFO);
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
