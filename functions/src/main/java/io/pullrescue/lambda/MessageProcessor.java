package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import io.pullrescue.workload.ProcessingResult;

/** Processes the messages of one function. */
interface MessageProcessor {
  /**
   * Processes one message.
   *
   * @throws RuntimeException if processing failed; SQS then delivers the message again
   */
  ProcessingResult process(QueueMessage message, Context context);
}
