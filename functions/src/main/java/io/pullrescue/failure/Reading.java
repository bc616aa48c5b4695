package io.pullrescue.failure;

/** What could be read of a failure. */
public sealed interface Reading {
  /** The failure with its evidence. */
  record Complete(Failure failure) implements Reading {}

  /** There is no failure to read: {@code why} says so in one line. */
  record Nothing(String why) implements Reading {}

  /** The log has not arrived yet; reading again a little later will do. */
  record TooEarly(Failure soFar, String why) implements Reading {}
}
