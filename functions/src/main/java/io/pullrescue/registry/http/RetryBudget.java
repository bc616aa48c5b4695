package io.pullrescue.registry.http;

import io.pullrescue.registry.http.RegistryException.Reason;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits how often one operation is tried again, such as a look-up, or the download and upload of a
 * blob.
 *
 * <p>All parts of an operation share its budget, so that their retries add up instead of
 * multiplying. Requests that fail temporarily are sent again {@value #MAX_RETRIES} times without
 * progress between them. An answer that looks final, but may have been damaged on its way, is asked
 * for once more.
 */
public final class RetryBudget {
  private static final Logger LOG = LoggerFactory.getLogger(RetryBudget.class);

  private static final int MAX_RETRIES = 4;

  /** Longer waits are left to the queue, because a waiting function costs money. */
  private static final Duration MAX_DELAY = Duration.ofSeconds(10);

  private static final long FIRST_BACKOFF_MILLIS = 250;
  private static final long MAX_BACKOFF_MILLIS = 5000;

  /** What a transfer must have gained for its failures to be forgotten. */
  private static final long MIN_PROGRESS_BYTES = 1024 * 1024;

  private final Deadline deadline;
  private final Sleeper sleeper;
  private int failures;
  private boolean repeated;
  private long progress;

  /** Waits before a retry. */
  @FunctionalInterface
  public interface Sleeper {
    /** The sleeper of production code. */
    Sleeper SYSTEM = Thread::sleep;

    void sleep(Duration delay) throws InterruptedException;
  }

  /** Creates a budget whose retries end when a delay may no longer end before the deadline. */
  public RetryBudget(Deadline deadline, Sleeper sleeper) {
    this.deadline = deadline;
    this.sleeper = sleeper;
  }

  /** Waits until a failed request may be sent again; throws the failure if it may not. */
  public void awaitRetry(RegistryException failure) {
    if (!spend(failure)) {
      throw failure;
    }
    await(failure);
  }

  /**
   * Returns whether a transfer that was interrupted at this position may continue there. Bytes that
   * a restart transfers again are no progress.
   */
  public synchronized boolean spendOnInterruption(long position) {
    if (position - progress >= MIN_PROGRESS_BYTES) {
      progress = position;
      failures = 0;
    }
    failures++;
    return failures <= MAX_RETRIES;
  }

  private synchronized boolean spend(RegistryException failure) {
    if (Thread.currentThread().isInterrupted()
        || failure.retryAfter().compareTo(MAX_DELAY) > 0
        || deadline.remaining().compareTo(MAX_DELAY) <= 0) {
      return false;
    }
    if (failure.reason() == Reason.RATE_LIMITED || failure.reason() == Reason.UNAVAILABLE) {
      failures++;
      return failures <= MAX_RETRIES && !isPermanent(failure.getCause());
    }
    var isFirst = !repeated;
    repeated = repeated || failure.isWorthRepeating();
    return isFirst && repeated;
  }

  /** Unknown host names and untrusted certificates do not change within seconds. */
  private static boolean isPermanent(@Nullable Throwable cause) {
    return Stream.iterate(cause, one -> one != null, Throwable::getCause)
        .limit(10)
        .anyMatch(
            one -> one instanceof UnknownHostException || one instanceof CertificateException);
  }

  private void await(RegistryException failure) {
    var delay = failure.retryAfter().isPositive() ? failure.retryAfter() : backoff();
    LOG.atDebug()
        .addKeyValue("status", failure.status())
        .addKeyValue("waitMillis", delay.toMillis())
        .log("retrying a request: {}", failure.getMessage());
    try {
      sleeper.sleep(delay);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new RegistryException(
          Reason.DEADLINE_EXCEEDED, "interrupted while waiting for a retry", stopped);
    }
  }

  /** Doubles with each failure; varies, so that several transfers do not retry at the same time. */
  private synchronized Duration backoff() {
    var millis = Math.min(MAX_BACKOFF_MILLIS, FIRST_BACKOFF_MILLIS << Math.max(0, failures - 1));
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(millis * 4 / 5, millis * 6 / 5));
  }
}
