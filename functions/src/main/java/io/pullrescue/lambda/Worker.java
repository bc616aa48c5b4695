package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;

/** What a function does with one message. */
interface Worker {
  Message.Outcome work(Message message, Context context);
}
