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

/** Collects the failures of all sources of an image, and derives the result from them. */
final class SourceFailures {
  /** Used if no registry requests a delay. */
  private static final Duration DEFAULT_RETRY_DELAY = Duration.ofMinutes(1);

  private record SourceFailure(String source, RegistryException exception) {}

  private final List<SourceFailure> failures = new ArrayList<>();

  void add(String source, RegistryException exception) {
    failures.add(new SourceFailure(source, exception));
  }

  boolean isTemporary() {
    return failures.stream().anyMatch(failure -> failure.exception().isTemporary());
  }

  /** Returns whether another source would fail in the same way. */
  static boolean isFinal(RegistryException exception) {
    return exception.reason() == Reason.DEADLINE_EXCEEDED
        || exception.reason() == Reason.TAG_IMMUTABLE
        || exception.reason() == Reason.LIMIT_EXCEEDED
        || exception.reason() == Reason.REPOSITORY_UNUSABLE;
  }

  ReplicationResult toResult(ImageReference image, CopyStats stats) {
    var reason =
        "copying %s failed: %s"
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

  /** Returns the shortest delay that any source requests. */
  private Duration retryAfter() {
    return failures.stream()
        .map(SourceFailure::exception)
        .filter(RegistryException::isTemporary)
        .map(exception ->
            exception.retryAfter().isPositive() ? exception.retryAfter() : defaultDelay(exception))
        .min(Duration::compareTo)
        .orElse(DEFAULT_RETRY_DELAY);
  }

  /** A copy that reached its deadline can continue at once, because it skips what was copied. */
  private static Duration defaultDelay(RegistryException exception) {
    return exception.reason() == Reason.DEADLINE_EXCEEDED ? Duration.ZERO : DEFAULT_RETRY_DELAY;
  }
}
