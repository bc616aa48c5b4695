package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.event.Trigger;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles the invocations of {@code pull-rescue-manual}: mirrors or diagnoses what the input names,
 * and returns a report.
 */
public final class ManualHandler implements RequestStreamHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ManualHandler.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ManualService service = DependencyFactory.fromEnvironment().manualService();

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    var bytes = input.readAllBytes();
    try (var _ = LogContext.of(context)) {
      JSON.writeValue(output, Map.of("report", report(bytes, context)));
    }
  }

  private List<String> report(byte[] input, Context context) {
    var trigger = new Trigger.Manual(context.getAwsRequestId());
    try (var _ = LogContext.of(trigger)) {
      var report = handle(input, trigger, context);
      report.forEach(LOG::info);
      return report;
    }
  }

  private List<String> handle(byte[] input, Trigger trigger, Context context) {
    try {
      return service.handle(JSON.readTree(input), trigger, context);
    } catch (JsonProcessingException notJson) {
      return List.of("nothing was done: the input is not JSON");
    } catch (IOException impossible) {
      throw new UncheckedIOException("reading bytes in memory", impossible);
    }
  }
}
