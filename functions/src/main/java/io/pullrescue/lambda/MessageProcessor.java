package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import io.pullrescue.workload.ProcessingResult;

/** What a function does with one message. */
interface MessageProcessor {
  ProcessingResult process(QueueMessage message, Context context);
}
