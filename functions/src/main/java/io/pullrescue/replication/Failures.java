package io.pullrescue.replication;

import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.RegistryRefused.Reason;
import io.pullrescue.replication.Replication.Postponed;
import io.pullrescue.replication.Replication.Refused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What went wrong at one source after the other, and what that comes to. */
final class Failures {
  /** Where nobody says when to come back. */
  private static final Duration SOON = Duration.ofMinutes(1);

  private record Failure(String where, RegistryRefused refusal) {}

  private final List<Failure> failures = new ArrayList<>();

  void add(String where, RegistryRefused refusal) {
    failures.add(new Failure(where, refusal));
  }

  boolean isTemporary() {
    return failures.stream().anyMatch(failure -> failure.refusal().isTemporary());
  }

  /** Whether another source cannot mend it. */
  static boolean isFinal(RegistryRefused refusal) {
    return refusal.reason() == Reason.OUT_OF_TIME || refusal.reason() == Reason.TAG_IMMUTABLE;
  }

  Replication of(ImageReference image, Tally tally) {
    var why =
        "copying %s: %s"
            .formatted(
                image,
                failures.stream()
                    .map(failure -> failure.where() + ": " + failure.refusal().getMessage())
                    .distinct()
                    .collect(Collectors.joining("; ")));
    return isTemporary() ? new Postponed(image, why, after(), tally) : new Refused(image, why);
  }

  /** The soonest that any source wants to be asked again. */
  private Duration after() {
    return failures.stream()
        .map(Failure::refusal)
        .filter(RegistryRefused::isTemporary)
        .map(refusal -> refusal.after().isPositive() ? refusal.after() : soonest(refusal))
        .min(Duration::compareTo)
        .orElse(SOON);
  }

  /** Whoever ran out of time goes on at once: what has been moved is skipped then. */
  private static Duration soonest(RegistryRefused refusal) {
    return refusal.reason() == Reason.OUT_OF_TIME ? Duration.ZERO : SOON;
  }
}
