package io.pullrescue.lambda;

import io.pullrescue.config.Mode;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.replication.request.ReplicationRequest;
import io.pullrescue.workload.RetryQueue;
import io.pullrescue.workload.RetryRequest.Retry;

/** Requests the retry of the workload for which an image was mirrored, if the settings retry it. */
record RetryRequester(Mode mode, RetryConfig config, RetryQueue queue) {
  void requestRetry(ReplicationRequest mirrored) {
    if (mirrored.causedFailure()) {
      Retry.of(mirrored.trigger(), mirrored.image())
          .filter(retry -> retry.disabledReason(mode, config).isEmpty())
          .ifPresent(queue::send);
    }
  }
}
