package io.pullrescue.retry;

/** What came of reading a buildspec that a project only points at. */
public sealed interface BuildspecReading {
  /** What stands in it: text of whoever writes the source. */
  record Text(String text) implements BuildspecReading {}

  /** A probe is reading it; asking again later will tell. */
  record Pending(String why) implements BuildspecReading {}

  /** It cannot be read; {@code why} tells people what they can do. */
  record Unreadable(String why) implements BuildspecReading {}
}
