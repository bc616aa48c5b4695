package io.pullrescue.aws;

import io.pullrescue.failure.Build.LogLocation;
import io.pullrescue.failure.LogText;
import io.pullrescue.failure.TimeSpan;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.CloudWatchLogsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

/**
 * Logs in Amazon CloudWatch Logs, read from the end.
 *
 * <p>A page of GetLogEvents holds at most 1 MB or 10,000 events; five pages reach further back than
 * any phase that ended in a pull error prints, and bound what a hostile build can make us read.
 * Pages may be empty with more to come: only the same token twice is the end.
 *
 * @see <a href=
 *     "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html">
 *     GetLogEvents</a>
 */
final class CloudWatchBuildLog {
  private static final int FULL_PAGES = 5;
  private static final int PAGES = 20;

  private final CloudWatchLogsClient logs;

  CloudWatchBuildLog(CloudWatchLogsClient logs) {
    this.logs = logs;
  }

  LogText tail(LogLocation.InCloudWatch location, TimeSpan span) {
    try {
      return lines(location, span);
    } catch (ResourceNotFoundException notThereYet) {
      return new LogText.Absent("CloudWatch Logs has no stream " + location.stream());
    } catch (CloudWatchLogsException refusal) {
      return new LogText.OutOfReach(
          Refusals.inWords(refusal)
              + " for log group "
              + location.group()
              + "; where that is not in the setting buildLogGroups, add it");
    }
  }

  private LogText.Lines lines(LogLocation.InCloudWatch location, TimeSpan span) {
    var lines = new ArrayDeque<String>();
    String token = null;
    int full = 0;
    for (int page = 0; page < PAGES && full < FULL_PAGES; page++) {
      var answer = page(location, span, token);
      prepend(answer, lines);
      full += answer.events().isEmpty() ? 0 : 1;
      if (answer.nextBackwardToken().equals(token)) {
        break;
      }
      token = answer.nextBackwardToken();
    }
    return new LogText.Lines(List.copyOf(lines));
  }

  private GetLogEventsResponse page(
      LogLocation.InCloudWatch location, TimeSpan span, @Nullable String token) {
    return logs.getLogEvents(request ->
        request
            .logGroupName(location.group())
            .logStreamName(location.stream())
            .startTime(milliseconds(span.start()))
            .endTime(milliseconds(span.end()))
            .startFromHead(false)
            .nextToken(token));
  }

  private static @Nullable Long milliseconds(@Nullable Instant instant) {
    return instant == null ? null : instant.toEpochMilli();
  }

  /** An event may hold several lines: CodeBuild writes what arrived together as one. */
  private static void prepend(GetLogEventsResponse page, Deque<String> lines) {
    page.events().reversed().stream()
        .flatMap(event -> event.message().lines().toList().reversed().stream())
        .forEach(lines::addFirst);
  }
}
