package io.pullrescue.failure;

/** Whom a rescue is for: what failed, or who asked. */
public sealed interface Origin {
  /** A stable name, unique to this origin: deduplication and tracing hang on it. */
  String id();

  /**
   * A build on AWS CodeBuild.
   *
   * @param id {@code project:uuid}, as the CodeBuild API calls it
   */
  record Build(String id, String project) implements Origin {}

  /**
   * A person who invoked the rescue function.
   *
   * @param id the request id of that invocation
   */
  record Person(String id) implements Origin {}
}
