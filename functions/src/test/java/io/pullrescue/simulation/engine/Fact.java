package io.pullrescue.simulation.engine;

import java.util.List;

/** One entry of the history that the auditor reads. Ids that do not apply are empty. */
public sealed interface Fact {
  /** Returns the milliseconds since the beginning. */
  long time();

  /** The kinds of workload. */
  enum Kind {
    BUILD,
    TASK,
    SERVICE,
    JOB
  }

  /** A function called an API. */
  record Called(long time, String actor, String operation) implements Fact {}

  /** A fault was injected. */
  record Injected(long time, int point, Fault fault, String where) implements Fact {}

  /**
   * A build, task, service or job was started.
   *
   * @param actor the function that started it; {@code person} or {@code aws} otherwise
   * @param owner the project, family, service or job definition
   * @param source what it builds: two builds of one source may replace each other's results
   * @param retryOf the failed workload for which a function started it
   * @param mirrorReferences the references to the mirror that it pulls
   */
  record Started(
      long time,
      String id,
      Kind kind,
      String actor,
      String owner,
      String source,
      String retryOf,
      List<String> mirrorReferences,
      String role)
      implements Fact {}

  /**
   * A build, task or job ended.
   *
   * @param pullFailed whether it could not pull an image
   * @param ran whether a container of it ran
   * @param optedOut whether its owner has the tag {@code pull-rescue = off}
   */
  record Ended(
      long time,
      String id,
      Kind kind,
      String owner,
      boolean succeeded,
      boolean pullFailed,
      boolean ran,
      boolean optedOut)
      implements Fact {}

  /** The event of a failed workload reached the queue of failures. */
  record Noticed(long time, String id) implements Fact {}

  /** A manifest and all of its blobs are in a repository of the mirror. */
  record Stored(long time, String repository, String digest) implements Fact {}

  /**
   * A tag of the mirror was set.
   *
   * @param upstreamDigest what upstream has under the tag at this time
   * @param subject for what it was set
   */
  record Tagged(
      long time,
      String repository,
      String tag,
      String digest,
      String upstreamDigest,
      String subject)
      implements Fact {}

  /** A revision of a task or job definition was registered. */
  record Registered(long time, String actor, String definition, List<String> mirrorReferences)
      implements Fact {}

  /** Requests that count against the rate limit of the upstream. */
  record Pulled(long time, String subject, String image, int requests) implements Fact {}

  /** A function published an event. */
  record Published(long time, String type, String subject, String text) implements Fact {}

  /** A message was sent. */
  record Sent(long time, String queue, String group, String message, String subject)
      implements Fact {}

  /** A message was received. */
  record Received(long time, String queue, String message, int receiveCount, String subject)
      implements Fact {}

  /** A message was moved to the dead-letter queue, which has an alarm. */
  record DeadLettered(long time, String queue, String message, String subject, String reason)
      implements Fact {}

  /** A message was deleted without a report, because it was older than the retention. */
  record Expired(long time, String queue, String message, String subject) implements Fact {}

  /** A message was still there at the end. */
  record Left(long time, String queue, String message, String subject) implements Fact {}

  /**
   * A project was changed.
   *
   * @param image its environment image
   * @param buildspec a text that identifies its buildspec without the substitution command
   * @param hasUpdate whether it contains a change by pull-rescue
   */
  record ProjectChanged(
      long time, String actor, String project, String image, String buildspec, boolean hasUpdate)
      implements Fact {}

  /** A person did something. */
  record Acted(long time, String action) implements Fact {}
}
