package io.pullrescue.simulation.engine;

import java.time.Duration;

/** What may go wrong at one point of a simulation. */
public enum Fault {
  /** The API answers with an error after all retries of the SDK. */
  THROTTLE,
  /** The function ends before the call has an effect. */
  CRASH_BEFORE,
  /** The function ends after the call has had its effect. */
  CRASH_AFTER,
  /** The call takes half a minute, in which everything else goes on. */
  PAUSE,
  /** The answer lacks what was created or changed within the last minute. */
  STALE,
  /** The message is processed, but not deleted, so that SQS delivers it again. */
  LOSE_DELETE,
  /** A standard queue delivers the message a second time, after some minutes. */
  DUPLICATE_MESSAGE,
  /** The message is delivered two hours later. */
  DELAY_HOURS,
  /** The message is delivered three days later, at most four times. */
  DELAY_DAYS,
  /** The clock of the function is four minutes fast. */
  FAST_CLOCK,
  /** The clock of the function is four minutes slow. */
  SLOW_CLOCK,
  /** EventBridge does not deliver the event. */
  LOSE_EVENT,
  /** EventBridge delivers the event twice. */
  DUPLICATE_EVENT,
  /** EventBridge delivers the event a quarter of an hour later. */
  DELAY_EVENT;

  /** How long {@link #PAUSE} takes: less than the timeout of every function. */
  static final Duration PAUSE_TIME = Duration.ofSeconds(30);

  /** How long a list may lack what is new. */
  static final Duration STALENESS = Duration.ofMinutes(1);

  /** How far a clock may be off. */
  static final Duration SKEW = Duration.ofMinutes(4);
}
