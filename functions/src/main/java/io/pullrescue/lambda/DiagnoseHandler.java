package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Handles the invocations of {@code pull-rescue-diagnose}: diagnoses failed workloads, and requests
 * the replication of their images.
 */
public final class DiagnoseHandler implements RequestStreamHandler {
  private final SqsMessageHandler messageHandler =
      DependencyFactory.fromEnvironment().diagnosisHandler();

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    messageHandler.handle(input, output, context);
  }
}
