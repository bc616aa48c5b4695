package io.pullrescue.event;

/** Whom a rescue is for: what failed, or who asked. */
public sealed interface Trigger {
  /** A stable name, unique to this origin: deduplication and tracing hang on it. */
  String id();

  /**
   * A build on AWS CodeBuild.
   *
   * @param id {@code project:uuid}, as the CodeBuild API calls it
   */
  record Build(String id, String project) implements Trigger {}

  /**
   * A task on Amazon ECS.
   *
   * @param id its ARN
   * @param cluster the ARN of its cluster
   * @param definition the ARN of its task definition, with the revision
   * @param group {@code service:name} or {@code family:name}; empty where it has none
   * @param launchType such as {@code FARGATE}; empty where it has none
   * @param startedBy who started it, as far as it says
   */
  record Task(
      String id,
      String cluster,
      String definition,
      String group,
      String launchType,
      String startedBy)
      implements Trigger {}

  /**
   * A job on AWS Batch.
   *
   * @param id a UUID, with an index after it for a part of an array or of several nodes
   * @param queue the ARN of its queue
   * @param definition the ARN of its job definition, with the revision
   */
  record Job(String id, String queue, String definition) implements Trigger {}

  /**
   * A person who invoked the rescue function.
   *
   * @param id the request id of that invocation
   */
  record Manual(String id) implements Trigger {}

  /**
   * A refresh of the mirror: nobody waits for it, so it is neither retried nor told to people.
   *
   * @param id the request id of that invocation
   */
  record Refresh(String id) implements Trigger {}
}
