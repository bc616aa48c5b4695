package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.event.Trigger;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles the invocations of {@code pull-rescue-refresh}, which a schedule starts: requests the
 * replication of every mirrored tag that upstream may have updated. The event is ignored.
 */
public final class RefreshHandler implements RequestStreamHandler {
  private static final Logger LOG = LoggerFactory.getLogger(RefreshHandler.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RefreshService service = DependencyFactory.fromEnvironment().refreshService();

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    try (var _ = LogContext.of(context)) {
      JSON.writeValue(output, Map.of("report", report(context)));
    }
  }

  private List<String> report(Context context) {
    var trigger = new Trigger.Refresh(context.getAwsRequestId());
    try (var _ = LogContext.of(trigger)) {
      var report = service.refresh(trigger);
      report.forEach(LOG::info);
      return report;
    }
  }
}
