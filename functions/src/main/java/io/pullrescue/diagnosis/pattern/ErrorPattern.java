package io.pullrescue.diagnosis.pattern;

/**
 * What an error says of its cause.
 *
 * @param rank its place in the table: of two symptoms of one error the upper one decides
 */
public record ErrorPattern(Cause cause, Specificity specificity, int rank) implements LogPattern {
  /** How much a symptom proves by itself. */
  public enum Specificity {
    /** Only registries say this. */
    DEFINITIVE,
    /** Other things fail like this too: something near it must speak of a pull. */
    CONTEXTUAL,
    /** As {@link #CONTEXTUAL}, and only the echo of another error where there is one. */
    SECONDARY
  }
}
