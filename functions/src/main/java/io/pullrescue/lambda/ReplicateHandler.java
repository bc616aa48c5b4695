package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Lambda entry point: copies images into the mirror, and publishes the results. */
public final class ReplicateHandler implements RequestStreamHandler {
  private final SqsMessageHandler messageHandler =
      DependencyFactory.fromEnvironment().replicationHandler();

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    messageHandler.handle(input, output, context);
  }
}
