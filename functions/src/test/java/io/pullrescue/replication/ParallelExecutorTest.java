package io.pullrescue.replication;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pullrescue.registry.http.Deadline;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tasks that end with an {@link Error} must end the others, and not leave their caller waiting. */
final class ParallelExecutorTest {
  static Stream<Error> errors() {
    return Stream.of(
        new OutOfMemoryError("heap"),
        new StackOverflowError(),
        new NoClassDefFoundError("missing"));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void throwsErrorInsteadOfWaitingForDeadline(Error error) {
    var executor =
        new ParallelExecutor(2, Deadline.after(Duration.ofHours(1), InstantSource.system()));
    Callable<String> waiting =
        () -> {
          new CountDownLatch(1).await();
          return "";
        };
    Callable<String> failing =
        () -> {
          throw error;
        };

    assertThatThrownBy(() -> executor.invokeAll(List.of(waiting, failing)))
        .isInstanceOf(IllegalStateException.class)
        .hasRootCause(error);
  }
}
