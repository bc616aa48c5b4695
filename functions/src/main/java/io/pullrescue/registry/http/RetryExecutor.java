package io.pullrescue.registry.http;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.failsafe.function.CheckedSupplier;
import io.pullrescue.registry.http.RegistryException.Reason;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Tries again what may work in a moment, and gives up on what will not, before the deadline. */
public final class RetryExecutor {
  private static final int MAX_RETRIES = 4;

  /** Whoever wants to be left alone for longer is: waiting in a paid function buys nothing. */
  private static final Duration MAX_DELAY = Duration.ofSeconds(10);

  private final Deadline deadline;
  private final RetryPolicy<Object> policy;

  public RetryExecutor(Deadline deadline) {
    this.deadline = deadline;
    this.policy =
        RetryPolicy.builder()
            .handleIf(this::isRetryable)
            .withBackoff(Duration.ofMillis(250), Duration.ofSeconds(5))
            .withJitter(0.2)
            .withDelayFnOn(
                context -> requestedDelay(context.getLastException()), RegistryException.class)
            .withMaxRetries(MAX_RETRIES)
            .build();
  }

  public <T> T execute(CheckedSupplier<T> request) {
    try {
      return Failsafe.with(policy).get(request);
    } catch (FailsafeException failed) {
      if (failed.getCause() instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        throw new RegistryException(
            Reason.DEADLINE_EXCEEDED, "interrupted between two tries", failed);
      }
      throw new RegistryException(Reason.UNAVAILABLE, String.valueOf(failed.getMessage()), failed);
    }
  }

  private boolean isRetryable(Throwable failure) {
    return failure instanceof RegistryException exception
        && (exception.reason() == Reason.RATE_LIMITED || exception.reason() == Reason.UNAVAILABLE)
        && !isPermanent(exception.getCause())
        && exception.retryAfter().compareTo(MAX_DELAY) <= 0
        && deadline.remaining().compareTo(MAX_DELAY) > 0
        && !Thread.currentThread().isInterrupted();
  }

  /** Names that are not known and certificates that are not trusted stay so for a while. */
  private static boolean isPermanent(@Nullable Throwable cause) {
    return cause instanceof UnknownHostException || cause instanceof SSLHandshakeException;
  }

  /** Negative means: as the back-off says. */
  private static Duration requestedDelay(Throwable failure) {
    return failure instanceof RegistryException exception && exception.retryAfter().isPositive()
        ? exception.retryAfter()
        : Duration.ofNanos(-1);
  }
}
