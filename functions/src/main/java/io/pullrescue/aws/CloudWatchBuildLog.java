package io.pullrescue.aws;

import io.pullrescue.failure.Build.LogLocation;
import io.pullrescue.failure.BuildLog;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

/**
 * Logs in Amazon CloudWatch Logs, read from the end.
 *
 * <p>A page of GetLogEvents holds at most 1 MB or 10,000 events; five pages reach further back than
 * any phase that ended in a pull error prints, and bound what a hostile build can make us read.
 */
public final class CloudWatchBuildLog implements BuildLog {
  private static final int PAGES = 5;

  private final CloudWatchLogsClient logs;

  /** Asks this client. */
  public CloudWatchBuildLog(CloudWatchLogsClient logs) {
    this.logs = logs;
  }

  @Override
  public List<String> tail(LogLocation location) {
    var lines = new ArrayDeque<String>();
    String token = null;
    try {
      for (int page = 0; page < PAGES; page++) {
        var answer = page(location, token);
        prepend(answer, lines);
        if (answer.events().isEmpty() || answer.nextBackwardToken().equals(token)) {
          break;
        }
        token = answer.nextBackwardToken();
      }
    } catch (ResourceNotFoundException notThereYet) {
      return List.of();
    }
    return List.copyOf(lines);
  }

  private GetLogEventsResponse page(LogLocation location, @Nullable String token) {
    return logs.getLogEvents(request ->
        request
            .logGroupName(location.group())
            .logStreamName(location.stream())
            .startFromHead(false)
            .nextToken(token));
  }

  /** An event may hold several lines: CodeBuild writes what arrived together as one. */
  private static void prepend(GetLogEventsResponse page, Deque<String> lines) {
    page.events().reversed().stream()
        .flatMap(event -> event.message().lines().toList().reversed().stream())
        .forEach(lines::addFirst);
  }
}
