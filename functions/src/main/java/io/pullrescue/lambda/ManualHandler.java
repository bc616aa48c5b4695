package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.lambda.powertools.logging.PowertoolsLogging;

/** What a person wants in, a readable report out. */
public final class ManualHandler implements RequestStreamHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ManualHandler.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ManualService service = DependencyFactory.fromEnvironment().manualService();

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    var bytes = input.readAllBytes();
    List<String> report = PowertoolsLogging.withLogging(context, () -> report(bytes, context));
    JSON.writeValue(output, Map.of("report", report));
  }

  private List<String> report(byte[] input, Context context) {
    var report = handle(input, context);
    report.forEach(LOG::info);
    return report;
  }

  private List<String> handle(byte[] input, Context context) {
    try {
      return service.handle(JSON.readTree(input), context);
    } catch (JsonProcessingException notJson) {
      return List.of("nothing was done: the input is not JSON");
    } catch (IOException impossible) {
      throw new java.io.UncheckedIOException("reading bytes that are in memory", impossible);
    }
  }
}
