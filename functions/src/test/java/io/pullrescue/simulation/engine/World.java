package io.pullrescue.simulation.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The clock, the agenda and the history of one simulation. Everything happens in one thread: an
 * entry of the agenda runs to its end, except that a paused call lets the agenda go on inside.
 */
public final class World {
  /** The time at the beginning. */
  public static final Instant BEGINNING = Instant.parse("2026-06-15T08:00:00Z");

  /** Everything ends long before: messages expire after 14 days. */
  private static final long END = Duration.ofDays(60).toMillis();

  private static final int MAX_STEPS = 20_000;
  private static final int MAX_PAUSES = 2;

  private static final List<Fault> READ_FAULTS = List.of(Fault.THROTTLE, Fault.PAUSE);
  private static final List<Fault> LIST_FAULTS = List.of(Fault.THROTTLE, Fault.PAUSE, Fault.STALE);
  private static final List<Fault> EFFECT_FAULTS =
      List.of(Fault.THROTTLE, Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.PAUSE);

  /** What happened, oldest first. */
  public final List<Fact> history = new ArrayList<>();

  /** The faults that were injected, by point. */
  public final Map<Integer, Fault> injected = new TreeMap<>();

  /** The faults that were possible at each point. */
  public final List<List<Fault>> possibleFaults = new ArrayList<>();

  /** The defect that this world has; null for none. */
  public final @Nullable PlantedBug bug;

  private final FaultPlan plan;
  private final PriorityQueue<Entry> agenda =
      new PriorityQueue<>(Comparator.comparingLong(Entry::time).thenComparingLong(Entry::sequence));
  private long now;
  private long sequence;
  private int steps;
  private int effects;
  private int pauses;
  private boolean stale;
  private Invocation invocation = Invocation.NONE;

  /**
   * What runs now.
   *
   * @param actor the name of the function; {@code aws} outside of functions
   * @param subject the workload that its message is about
   * @param skew by how many milliseconds its clock is fast
   */
  public record Invocation(String actor, String subject, long skew) {
    static final Invocation NONE = new Invocation("aws", "", 0);
  }

  private record Entry(long time, long sequence, Runnable action) {}

  /** Creates a world. */
  public World(FaultPlan plan, @Nullable PlantedBug bug) {
    this.plan = plan;
    this.bug = bug;
  }

  /** Returns the milliseconds since the beginning. */
  public long now() {
    return now;
  }

  /** Returns the time. */
  public Instant instant() {
    return at(now);
  }

  /** Returns the instant of a number of milliseconds since the beginning. */
  public static Instant at(long time) {
    return BEGINNING.plusMillis(time);
  }

  /** Returns the clock of the function that runs. */
  public InstantSource functionClock() {
    return () -> at(now + invocation.skew());
  }

  /** Returns what runs now. */
  public Invocation invocation() {
    return invocation;
  }

  /** Returns whether the world has this defect. */
  public boolean has(PlantedBug candidate) {
    return bug == candidate;
  }

  /** Adds a fact to the history. */
  public void record(Fact fact) {
    history.add(fact);
  }

  /** Returns how many entries of the agenda were run. */
  public int steps() {
    return steps;
  }

  /** Returns how many calls changed something. */
  public int effects() {
    return effects;
  }

  /** Runs an action after a delay. */
  public void after(Duration delay, Runnable action) {
    schedule(now + delay.toMillis(), action);
  }

  /** Runs an action at a time, or at once if that has passed. */
  public void schedule(long time, Runnable action) {
    agenda.add(new Entry(Math.max(time, now), sequence++, action));
  }

  /** Runs everything; returns false if there was no end. */
  public boolean run() {
    runUntil(END);
    return agenda.isEmpty();
  }

  private void runUntil(long end) {
    while (!agenda.isEmpty() && agenda.peek().time() <= end && steps < MAX_STEPS) {
      var entry = agenda.remove();
      now = Math.max(now, entry.time());
      steps++;
      entry.action().run();
    }
  }

  /** Runs a function for a message. */
  public void invoke(Invocation next, Runnable function) {
    var previous = invocation;
    invocation = next;
    try {
      function.run();
    } finally {
      invocation = previous;
    }
  }

  /** Calls an API on behalf of the function that runs; any fault may happen. */
  public <T> T call(Api api, Supplier<T> action, Supplier<? extends RuntimeException> error) {
    record(new Fact.Called(now, invocation.actor(), api.operation()));
    var fault = choose(faults(api), api.operation());
    if (fault == Fault.THROTTLE) {
      throw error.get();
    }
    if (fault == Fault.CRASH_BEFORE) {
      throw new Crash();
    }
    if (fault == Fault.PAUSE) {
      pause();
    }
    if (api.changesState()) {
      effects++;
    }
    stale = fault == Fault.STALE;
    try {
      var result = action.get();
      if (fault == Fault.CRASH_AFTER) {
        throw new Crash();
      }
      return result;
    } finally {
      stale = false;
    }
  }

  private static List<Fault> faults(Api api) {
    if (api.changesState()) {
      return EFFECT_FAULTS;
    }
    return api.mayBeStale() ? LIST_FAULTS : READ_FAULTS;
  }

  /**
   * Describes a call.
   *
   * @param mayBeStale whether the answer may lack what is new
   */
  public record Api(String operation, boolean changesState, boolean mayBeStale) {}

  private void pause() {
    if (pauses >= MAX_PAUSES) {
      return;
    }
    var paused = invocation;
    var end = now + Fault.PAUSE_TIME.toMillis();
    pauses++;
    invocation = Invocation.NONE;
    runUntil(end);
    invocation = paused;
    pauses--;
    now = Math.max(now, end);
  }

  /** Chooses the fault of this point. */
  public @Nullable Fault choose(List<Fault> possible, String where) {
    var point = possibleFaults.size();
    possibleFaults.add(possible);
    var fault = plan.choose(point, possible);
    if (fault != null) {
      injected.put(point, fault);
      record(new Fact.Injected(now, point, fault, where));
    }
    return fault;
  }

  /** Returns whether the answer to the current call has what was created at this time. */
  public boolean lists(long created) {
    return !stale || created + Fault.STALENESS.toMillis() <= now;
  }

  /** Returns whether the answer to the current call may lack what is new. */
  public boolean isStale() {
    return stale;
  }

  /** Returns the invocation of a function, whose clock may be wrong. */
  public static Invocation invocation(String actor, String subject, @Nullable Fault fault) {
    var skew = Fault.SKEW.toMillis();
    return new Invocation(
        actor, subject, fault == Fault.FAST_CLOCK ? skew : fault == Fault.SLOW_CLOCK ? -skew : 0);
  }
}
