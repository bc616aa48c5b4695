package io.pullrescue.registry;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pullrescue.registry.http.Deadline;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/** Calls that end with an {@link Error} must not leave their caller waiting. */
class AsyncCallTest {
  @Test
  void throwsErrorInsteadOfWaitingForDeadline() {
    var error = new NoClassDefFoundError("missing");
    assertThatThrownBy(() ->
            AsyncCall.callUntil(
                deadlineAfterSixReads(),
                () -> {
                  throw error;
                }))
        .isInstanceOf(IllegalStateException.class)
        .hasRootCause(error);
  }

  @Test
  void throwsErrorInsteadOfWaitingWithoutDeadline() {
    var error = new StackOverflowError();
    try (var call =
        new AsyncCall<>(() -> {
          throw error;
        })) {
      assertThatThrownBy(call::join).isInstanceOf(IllegalStateException.class).hasRootCause(error);
    }
  }

  /** Advances by one second each time the clock is read. */
  private static Deadline deadlineAfterSixReads() {
    var clock =
        new InstantSource() {
          private Instant now = Instant.EPOCH;

          @Override
          public synchronized Instant instant() {
            now = now.plusSeconds(1);
            return now;
          }
        };
    return new Deadline(clock, Instant.EPOCH.plusSeconds(6));
  }
}
