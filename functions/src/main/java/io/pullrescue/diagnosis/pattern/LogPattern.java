package io.pullrescue.diagnosis.pattern;

import io.pullrescue.diagnosis.reference.ReferencePosition;

/** Describes what a phrase of a log line means. */
public sealed interface LogPattern {
  /**
   * Describes a phrase that gives the cause of an error.
   *
   * @param rank the index of its row in {@link ErrorPatterns}: of two error patterns in one line,
   *     the one with the lower rank wins
   * @param clientSide whether the client failed by itself: no registry can change that
   */
  record ErrorPattern(Cause cause, Specificity specificity, int rank, boolean clientSide)
      implements LogPattern {}

  /** Describes a phrase that says what a tool is doing, and where it prints the image. */
  record ContextPattern(Activity activity, ReferencePosition position) implements LogPattern {}

  /** States how much an error pattern proves by itself. */
  enum Specificity {
    /** Only registries and pull commands print this. */
    DEFINITIVE,
    /** Other failures read like this too: something near it must speak of a pull. */
    CONTEXTUAL,
    /** As {@link #CONTEXTUAL}, and usually only the consequence of another error. */
    SECONDARY
  }

  /** Names what a tool is doing. */
  enum Activity {
    /** An image is about to be pulled. */
    PULLING,
    /** One more image is about to be pulled; others may still be. */
    ALSO_PULLING,
    /** An image was pulled. */
    PULLED,
    /** An image could not be pulled; an error pattern gives the cause. */
    FAILED,
    /** Some image could not be pulled, even if no reason follows. */
    PULL_FAILED,
    /** The line is about a pull. */
    PULL_RELATED,
    /** An image is being pushed. */
    PUSH,
    /** Credentials are being stored or fetched. */
    LOGIN,
    /** A build cache is being imported or exported. */
    CACHE,
    /** A configuration names an image. */
    CONFIGURED,
    /** Something else. */
    OTHER,
    /** A short name was not resolved to any registry, so it stands for no image. */
    UNRESOLVED_SHORT_NAME,
    /** The line is not a pull error, whatever else it contains. */
    NOT_A_PULL
  }
}
