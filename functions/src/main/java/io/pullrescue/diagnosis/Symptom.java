package io.pullrescue.diagnosis;

/**
 * What an error says of its cause.
 *
 * @param rank its place in the table: of two symptoms of one error the upper one decides
 */
record Symptom(Cause cause, Strength strength, int rank) implements Sign {
  /** How much a symptom proves by itself. */
  enum Strength {
    /** Only registries say this. */
    CERTAIN,
    /** Other things fail like this too: something near it must speak of a pull. */
    POSSIBLE,
    /** As {@link #POSSIBLE}, and only the echo of another error where there is one. */
    ECHO
  }
}
