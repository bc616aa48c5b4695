package io.pullrescue.workload.codebuild.log;

import io.pullrescue.aws.AwsErrors;
import io.pullrescue.workload.codebuild.Build.LogLocation;
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
final class CloudWatchLogReader {
  private static final int MAX_NON_EMPTY_PAGES = 5;
  private static final int MAX_PAGES = 20;

  private final CloudWatchLogsClient logs;

  CloudWatchLogReader(CloudWatchLogsClient logs) {
    this.logs = logs;
  }

  LogResult tail(LogLocation.CloudWatchLog location, TimeRange timeRange) {
    try {
      return lines(location, timeRange);
    } catch (ResourceNotFoundException notThereYet) {
      return new LogResult.NotYetAvailable("CloudWatch Logs has no stream " + location.logStream());
    } catch (CloudWatchLogsException error) {
      return new LogResult.AccessDenied(
          AwsErrors.describe(error)
              + " for log group "
              + location.logGroup()
              + "; where that is not in the setting buildLogGroups, add it");
    }
  }

  private LogResult.Lines lines(LogLocation.CloudWatchLog location, TimeRange timeRange) {
    var lines = new ArrayDeque<String>();
    String token = null;
    int nonEmptyPages = 0;
    for (int page = 0; page < MAX_PAGES && nonEmptyPages < MAX_NON_EMPTY_PAGES; page++) {
      var response = getPage(location, timeRange, token);
      prepend(response, lines);
      nonEmptyPages += response.events().isEmpty() ? 0 : 1;
      if (response.nextBackwardToken().equals(token)) {
        break;
      }
      token = response.nextBackwardToken();
    }
    return new LogResult.Lines(List.copyOf(lines));
  }

  private GetLogEventsResponse getPage(
      LogLocation.CloudWatchLog location, TimeRange timeRange, @Nullable String token) {
    return logs.getLogEvents(request ->
        request
            .logGroupName(location.logGroup())
            .logStreamName(location.logStream())
            .startTime(milliseconds(timeRange.start()))
            .endTime(milliseconds(timeRange.end()))
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
