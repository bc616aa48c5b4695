package io.pullrescue.simulation.engine;

/** Ends a function at once, as a timeout or the end of its host does: no code may catch it. */
public final class Crash extends Error {
  private static final long serialVersionUID = 1;

  Crash() {
    super("the function ended", null, false, false);
  }
}
