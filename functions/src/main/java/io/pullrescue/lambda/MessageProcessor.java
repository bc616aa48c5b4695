package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;

/** What a function does with one message. */
interface MessageProcessor {
  QueueMessage.ProcessingResult process(QueueMessage message, Context context);
}
