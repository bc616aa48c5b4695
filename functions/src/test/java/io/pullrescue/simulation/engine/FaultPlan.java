package io.pullrescue.simulation.engine;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Decides which fault happens at each point of a simulation. */
@FunctionalInterface
public interface FaultPlan {
  /** A plan without faults. */
  FaultPlan NONE = (point, possible) -> null;

  /**
   * Returns the fault at a point; null for none.
   *
   * @param point counts the points of one simulation from 0
   * @param possible the faults that may happen there
   */
  @Nullable Fault choose(int point, List<Fault> possible);

  /** Returns a plan with exactly these faults, by point. */
  static FaultPlan of(Map<Integer, Fault> faults) {
    var copy = new TreeMap<>(faults);
    return (point, possible) -> {
      var fault = copy.get(point);
      return fault != null && possible.contains(fault) ? fault : null;
    };
  }

  /** Returns a plan that a seed determines: about one fault in this number of points. */
  static FaultPlan random(long seed, int rarity) {
    var random = new SplittableRandom(seed);
    return (_, possible) ->
        random.nextInt(rarity) == 0 ? possible.get(random.nextInt(possible.size())) : null;
  }
}
