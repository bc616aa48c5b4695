package io.pullrescue.replication;

import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.replication.ReplicationResult.Deferred;
import io.pullrescue.replication.ReplicationResult.Failed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What went wrong at one source after the other, and what that comes to. */
final class SourceFailures {
  /** Where nobody says when to come back. */
  private static final Duration DEFAULT_RETRY_DELAY = Duration.ofMinutes(1);

  private record SourceFailure(String source, RegistryException exception) {}

  private final List<SourceFailure> failures = new ArrayList<>();

  void add(String source, RegistryException exception) {
    failures.add(new SourceFailure(source, exception));
  }

  boolean isTemporary() {
    return failures.stream().anyMatch(failure -> failure.exception().isTemporary());
  }

  /** Whether another source cannot mend it. */
  static boolean isFinal(RegistryException exception) {
    return exception.reason() == Reason.DEADLINE_EXCEEDED
        || exception.reason() == Reason.TAG_IMMUTABLE;
  }

  ReplicationResult toResult(ImageReference image, CopyStats stats) {
    var reason =
        "copying %s: %s"
            .formatted(
                image,
                failures.stream()
                    .map(failure -> failure.source() + ": " + failure.exception().getMessage())
                    .distinct()
                    .collect(Collectors.joining("; ")));
    return isTemporary()
        ? new Deferred(image, reason, retryAfter(), stats)
        : new Failed(image, reason);
  }

  /** The soonest that any source wants to be asked again. */
  private Duration retryAfter() {
    return failures.stream()
        .map(SourceFailure::exception)
        .filter(RegistryException::isTemporary)
        .map(exception ->
            exception.retryAfter().isPositive() ? exception.retryAfter() : defaultDelay(exception))
        .min(Duration::compareTo)
        .orElse(DEFAULT_RETRY_DELAY);
  }

  /** Whoever ran out of time goes on at once: what has been moved is skipped then. */
  private static Duration defaultDelay(RegistryException exception) {
    return exception.reason() == Reason.DEADLINE_EXCEEDED ? Duration.ZERO : DEFAULT_RETRY_DELAY;
  }
}
