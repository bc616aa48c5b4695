package io.pullrescue.registry.http;

import dev.failsafe.RetryPolicy;
import dev.failsafe.event.ExecutionScheduledEvent;
import io.pullrescue.registry.http.RegistryException.Reason;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides which failed requests are sent again, and after what delay. */
public final class RegistryRetryPolicy {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryRetryPolicy.class);

  private static final int MAX_RETRIES = 4;

  /** Longer waits are left to the queue, because a waiting function costs money. */
  private static final Duration MAX_DELAY = Duration.ofSeconds(10);

  private RegistryRetryPolicy() {}

  /** Returns a policy that stops retrying when a delay may no longer end before the deadline. */
  public static RetryPolicy<Object> until(Deadline deadline) {
    return RetryPolicy.builder()
        .handleIf(failure -> isRetryable(failure, deadline))
        .withBackoff(Duration.ofMillis(250), Duration.ofSeconds(5))
        .withJitter(0.2)
        .withDelayFnOn(
            context -> requestedDelay(context.getLastException()), RegistryException.class)
        .withMaxRetries(MAX_RETRIES)
        .onRetryScheduled(RegistryRetryPolicy::logRetry)
        .build();
  }

  private static boolean isRetryable(Throwable failure, Deadline deadline) {
    return failure instanceof RegistryException exception
        && (exception.reason() == Reason.RATE_LIMITED || exception.reason() == Reason.UNAVAILABLE)
        && !isPermanent(exception.getCause())
        && exception.retryAfter().compareTo(MAX_DELAY) <= 0
        && deadline.remaining().compareTo(MAX_DELAY) > 0
        && !Thread.currentThread().isInterrupted();
  }

  /** Unknown host names and untrusted certificates do not change within seconds. */
  private static boolean isPermanent(@Nullable Throwable cause) {
    return cause instanceof UnknownHostException || cause instanceof SSLHandshakeException;
  }

  /** Returns a negative duration if the backoff decides. */
  private static Duration requestedDelay(Throwable failure) {
    return failure instanceof RegistryException exception && exception.retryAfter().isPositive()
        ? exception.retryAfter()
        : Duration.ofNanos(-1);
  }

  private static void logRetry(ExecutionScheduledEvent<Object> event) {
    if (event.getLastException() instanceof RegistryException exception) {
      LOG.atDebug()
          .addKeyValue("status", exception.status())
          .addKeyValue("attempt", event.getAttemptCount())
          .addKeyValue("waitMillis", event.getDelay().toMillis())
          .log("retrying a request: {}", exception.getMessage());
    }
  }
}
