package io.pullrescue.config;

import java.time.Duration;

/** Limits of the SQS queues that both the stack and the functions depend on. */
public final class QueueLimits {
  /** How often SQS delivers a message before it moves it to the dead-letter queue. */
  public static final int MAX_RECEIVE_COUNT = 5;

  /** How long SQS keeps a message: the longest time that it offers. */
  public static final Duration RETENTION = Duration.ofDays(14);

  private QueueLimits() {}
}
