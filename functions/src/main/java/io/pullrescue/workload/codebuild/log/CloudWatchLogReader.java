package io.pullrescue.workload.codebuild.log;

import io.pullrescue.aws.AwsErrors;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.CloudWatchLogsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

/**
 * Reads logs in Amazon CloudWatch Logs backwards from their end.
 *
 * <p>A page of GetLogEvents holds at most 1 MB or 10,000 events. Five pages hold more than a phase
 * prints before a pull error, and limit how much a hostile build can make this function read. A
 * page may be empty although more pages follow; the end is reached when a token is repeated.
 *
 * @see <a href=
 *     "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html">
 *     GetLogEvents</a>
 */
final class CloudWatchLogReader {
  private static final Logger LOG = LoggerFactory.getLogger(CloudWatchLogReader.class);

  private static final int MAX_NON_EMPTY_PAGES = 5;
  private static final int MAX_PAGES = 20;

  private final Supplier<CloudWatchLogsClient> logs;

  CloudWatchLogReader(Supplier<CloudWatchLogsClient> logs) {
    this.logs = logs;
  }

  LogResult readTail(LogLocation.CloudWatchLog location, TimeRange timeRange) {
    try {
      return readPages(location, timeRange);
    } catch (ResourceNotFoundException notThereYet) {
      return new LogResult.Pending(
          "the log stream " + location.logStream() + " does not exist yet");
    } catch (CloudWatchLogsException error) {
      var reason = AwsErrors.describe(error);
      LOG.atWarn()
          .addKeyValue("logGroup", location.logGroup())
          .setCause(error)
          .log("Cannot read a build log in CloudWatch Logs");
      return new LogResult.Unavailable(
          reason
              + " for log group "
              + location.logGroup()
              + "; if the setting `buildLogGroups` does not list this group, add it");
    }
  }

  private LogResult.Found readPages(LogLocation.CloudWatchLog location, TimeRange timeRange) {
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
    return new LogResult.Found(List.copyOf(lines));
  }

  private GetLogEventsResponse getPage(
      LogLocation.CloudWatchLog location, TimeRange timeRange, @Nullable String token) {
    return logs.get()
        .getLogEvents(request ->
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

  /** One event may hold several lines: CodeBuild batches output that arrives together. */
  private static void prepend(GetLogEventsResponse page, Deque<String> lines) {
    page.events().reversed().stream()
        .flatMap(event -> event.message().lines().toList().reversed().stream())
        .forEach(lines::addFirst);
  }
}
