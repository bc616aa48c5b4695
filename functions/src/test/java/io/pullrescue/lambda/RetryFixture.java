package io.pullrescue.lambda;

import io.pullrescue.config.Mode;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.testing.CodeBuildFixture;
import io.pullrescue.testing.FakeRetryQueue;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.ProcessingResult;
import io.pullrescue.workload.RequiredImageLookup;
import io.pullrescue.workload.RetryRequest.Retry;
import io.pullrescue.workload.WorkloadRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Runs retries with all AWS APIs in memory, and a clock that tests set. */
final class RetryFixture {
  final CodeBuildFixture builds = new CodeBuildFixture();
  final FakeRetryQueue queue = new FakeRetryQueue();
  final TestFixtures.RecordingEventPublisher publisher = new TestFixtures.RecordingEventPublisher();
  Instant now = Instant.parse("2026-06-15T10:32:00Z");
  Mode mode = Mode.RESCUE;
  RetryConfig config = RetryConfig.DEFAULTS;
  RequiredImageLookup imageLookup = TestFixtures.imageLookup(publisher);
  WorkloadRegistry workloads = new WorkloadRegistry();

  /** Returns what requests nothing, because the mode is {@code observe}. */
  static RetryRequester noRetries() {
    return new RetryRequester(Mode.OBSERVE, RetryConfig.DEFAULTS, new FakeRetryQueue().sender());
  }

  /** Returns the request after this number of waits. */
  static Retry waited(Retry request, int waits) {
    return new Retry(request.trigger(), request.workload(), request.image(), waits, null, false);
  }

  /** Processes a request in its message group. */
  ProcessingResult process(Retry request) {
    return process(TestFixtures.toQueueMessage(request));
  }

  ProcessingResult process(QueueMessage message) {
    return service().process(message, TestFixtures.context(1000));
  }

  /** Processes the messages of the queue until it is empty. */
  List<ProcessingResult> processAll() {
    var results = new ArrayList<ProcessingResult>();
    while (!queue.messages.isEmpty()) {
      results.add(process(queue.messages.remove()));
    }
    return results;
  }

  RetryService service() {
    InstantSource clock = () -> now;
    return new RetryService(
        mode,
        config,
        queue.sender(),
        builds.retrier(config, imageLookup, publisher),
        workloads,
        builds.recovery(config, publisher),
        clock);
  }
}
