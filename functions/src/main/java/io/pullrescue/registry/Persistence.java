package io.pullrescue.registry;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.failsafe.function.CheckedSupplier;
import io.pullrescue.replication.Deadline;
import io.pullrescue.replication.RegistryRefused;
import io.pullrescue.replication.RegistryRefused.Reason;
import java.net.UnknownHostException;
import java.time.Duration;

/** Tries again what may work in a moment, and gives up on what will not, before the deadline. */
final class Persistence {
  private static final int RETRIES = 4;

  /** Whoever wants to be left alone for longer is: waiting in a paid function buys nothing. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private final Deadline deadline;
  private final RetryPolicy<Object> policy;

  Persistence(Deadline deadline) {
    this.deadline = deadline;
    this.policy =
        RetryPolicy.builder()
            .handleIf(this::isWorthAnotherTry)
            .withBackoff(Duration.ofMillis(250), Duration.ofSeconds(5))
            .withJitter(0.2)
            .withDelayFnOn(context -> asked(context.getLastException()), RegistryRefused.class)
            .withMaxRetries(RETRIES)
            .build();
  }

  <T> T get(CheckedSupplier<T> request) {
    try {
      return Failsafe.with(policy).get(request);
    } catch (FailsafeException failed) {
      if (failed.getCause() instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        throw new RegistryRefused(Reason.OUT_OF_TIME, "interrupted between two tries", failed);
      }
      throw new RegistryRefused(Reason.UNREACHABLE, String.valueOf(failed.getMessage()), failed);
    }
  }

  private boolean isWorthAnotherTry(Throwable failure) {
    return failure instanceof RegistryRefused refused
        && (refused.reason() == Reason.RATE_LIMITED || refused.reason() == Reason.UNREACHABLE)
        && !(refused.getCause() instanceof UnknownHostException)
        && refused.after().compareTo(LONGEST_WAIT) <= 0
        && deadline.remaining().compareTo(LONGEST_WAIT) > 0
        && !Thread.currentThread().isInterrupted();
  }

  /** Negative means: as the back-off says. */
  private static Duration asked(Throwable failure) {
    return failure instanceof RegistryRefused refused && refused.after().isPositive()
        ? refused.after()
        : Duration.ofNanos(-1);
  }
}
