package io.pullrescue.workload.codebuild.buildspec;

/** What came of reading a buildspec that a project only points at. */
public sealed interface BuildspecFetchResult {
  /** What stands in it: text of whoever writes the source. */
  record Text(String text) implements BuildspecFetchResult {}

  /** A probe is reading it; asking again later will tell. */
  record Pending(String reason) implements BuildspecFetchResult {}

  /** It cannot be read; {@code why} tells people what they can do. */
  record Unreadable(String reason) implements BuildspecFetchResult {}
}
