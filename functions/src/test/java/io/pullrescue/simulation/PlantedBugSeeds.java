package io.pullrescue.simulation;

import io.pullrescue.simulation.engine.PlantedBug;
import java.util.Map;

/** x. */
final class PlantedBugSeeds {
  static final Map<PlantedBug, Long> SEEDS = Map.of(PlantedBug.DELETE_BEFORE_EFFECT, 0L);

  private PlantedBugSeeds() {}
}
