package io.pullrescue.config;

/** Names the environment variables of the functions. */
public final class EnvironmentVariables {
  /** {@link PullRescueConfig} as JSON: all that an operator configures. */
  public static final String CONFIG = "PULL_RESCUE_CONFIG";

  /** Host of the account's ECR registry, which holds the mirror repositories. */
  public static final String REGISTRY = "PULL_RESCUE_REGISTRY";

  /** Name of the event bus that the functions publish to. */
  public static final String EVENT_BUS = "PULL_RESCUE_BUS";

  /** URL of the queue of replication requests. */
  public static final String REPLICATION_QUEUE_URL = "PULL_RESCUE_REPLICATION_QUEUE_URL";

  /** URL of the queue of failures. */
  public static final String FAILURES_QUEUE_URL = "PULL_RESCUE_FAILURES_QUEUE_URL";

  /** URL of the queue of retries. */
  public static final String RETRIES_QUEUE_URL = "PULL_RESCUE_RETRIES_QUEUE_URL";

  /**
   * Name of the role of {@code pull-rescue-retry}. CodeBuild names the initiator of the builds that
   * it starts {@code role/session}.
   */
  public static final String RETRY_ROLE = "PULL_RESCUE_RETRY_ROLE";

  /** ARN of the policy that allows pulling from the mirror, for reports about roles without it. */
  public static final String PULL_POLICY_ARN = "PULL_RESCUE_PULL_POLICY_ARN";

  /** ARN of the topic of notifications by e-mail; absent if nobody receives any. */
  public static final String EMAIL_TOPIC_ARN = "PULL_RESCUE_EMAIL_TOPIC_ARN";

  /** ARN of the topic of notifications in a chat client; absent without one. */
  public static final String CHAT_TOPIC_ARN = "PULL_RESCUE_CHAT_TOPIC_ARN";

  private EnvironmentVariables() {}
}
