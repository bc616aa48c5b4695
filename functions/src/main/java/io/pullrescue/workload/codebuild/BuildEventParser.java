package io.pullrescue.workload.codebuild;

import com.fasterxml.jackson.databind.JsonNode;
import io.pullrescue.event.IncomingEvent;
import io.pullrescue.event.IncomingEvent.BuildFailed;
import io.pullrescue.event.IncomingEvent.BuildSucceeded;
import io.pullrescue.event.IncomingEvent.Ignored;
import io.pullrescue.text.TextSanitizer;
import java.util.Set;

/**
 * Parses the event {@code CodeBuild Build State Change}.
 *
 * @see <a href="https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-codebuild.html">
 *     CodeBuild events</a>
 */
public final class BuildEventParser {
  private static final Set<String> FAILED_STATUSES = Set.of("FAILED", "FAULT");

  private BuildEventParser() {}

  /** Parses the detail of an event. */
  public static IncomingEvent parse(JsonNode detail) {
    var failed = BuildFailed.parse(detail.path("build-id").asText());
    if (failed.isEmpty()) {
      return new Ignored("a CodeBuild event without a valid build-id");
    }
    var id = failed.get().buildId();
    var status = detail.path("build-status").asText();
    if (status.equals("SUCCEEDED")) {
      return new BuildSucceeded(id);
    }
    return FAILED_STATUSES.contains(status)
        ? failed.get()
        : new Ignored("build " + id + " is " + TextSanitizer.sanitize(status, 20) + ", not failed");
  }
}
