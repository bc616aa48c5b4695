package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Handles the invocations of {@code pull-rescue-retry}: retries workloads whose images are
 * mirrored, and restores projects after a recovery.
 */
public final class RetryHandler implements RequestStreamHandler {
  private final SqsMessageHandler messageHandler =
      DependencyFactory.fromEnvironment().retryHandler();

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    messageHandler.handle(input, output, context);
  }
}
