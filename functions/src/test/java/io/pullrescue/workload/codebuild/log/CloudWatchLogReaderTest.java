package io.pullrescue.workload.codebuild.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.testing.RecordedResponses;
import io.pullrescue.workload.codebuild.log.LogLocation.CloudWatchLog;
import io.pullrescue.workload.codebuild.log.LogResult.Found;
import io.pullrescue.workload.codebuild.log.LogResult.Pending;
import io.pullrescue.workload.codebuild.log.LogResult.Unavailable;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;

final class CloudWatchLogReaderTest {
  @RegisterExtension private final RecordedResponses aws = new RecordedResponses();

  private final CloudWatchLogsClient client = aws.client(CloudWatchLogsClient.builder());
  private final CloudWatchLogReader log = new CloudWatchLogReader(() -> client);

  @Test
  void readsFromEndAndReturnsLinesInOrder() {
    page("b/2", "three\\nfour", "five");
    page("b/1", "one", "two");
    page("b/1");

    assertThat(lines()).containsExactly("one", "two", "three", "four", "five");
    assertThat(aws.requests())
        .hasSize(3)
        .allMatch(value -> value.contains("\"startFromHead\":false"));
  }

  @Test
  void continuesAfterEmptyPage() {
    page("b/3");
    page("b/2", "toomanyrequests");
    page("b/2");

    assertThat(lines()).containsExactly("toomanyrequests");
  }

  @Test
  void requestsOnlyTimeRange() {
    page("b/1");
    page("b/1");
    var start = Instant.parse("2026-06-15T10:31:00Z");

    log.readTail(new CloudWatchLog("group", "stream"), new TimeRange(start, start.plusSeconds(60)));

    assertThat(aws.requests())
        .allMatch(value -> value.contains("\"startTime\":1781519460000,\"endTime\":1781519520000"));
  }

  @Test
  void readsAtMostFiveNonEmptyPages() {
    for (int page = 0; page < 30; page++) {
      page("b/" + page, "line");
    }

    assertThat(lines()).hasSize(5);
    assertThat(aws.requests()).hasSize(5);
  }

  @Test
  void requestsAtMostTwentyPages() {
    for (int page = 0; page < 30; page++) {
      page("b/" + page);
    }

    assertThat(lines()).isEmpty();
    assertThat(aws.requests()).hasSize(20);
  }

  @Test
  void distinguishesMissingStreamFromDeniedAccess() {
    aws.respondTo("GetLogEvents", "{\"__type\": \"ResourceNotFoundException\"}")
        .respondTo("GetLogEvents", "{\"__type\": \"AccessDeniedException\"}");

    assertThat(tail()).isInstanceOf(Pending.class);
    assertThat(tail())
        .isInstanceOfSatisfying(
            Unavailable.class,
            unavailable -> assertThat(unavailable.reason()).contains("group", "buildLogGroups"));
  }

  private List<String> lines() {
    var text = tail();
    assertThat(text).isInstanceOf(Found.class);
    return ((Found) text).lines();
  }

  private LogResult tail() {
    return log.readTail(new CloudWatchLog("group", "stream"), TimeRange.UNBOUNDED);
  }

  private void page(String token, String... messages) {
    var events = new StringBuilder();
    for (var message : messages) {
      events.append(events.isEmpty() ? "" : ",").append("{\"message\": \"" + message + "\"}");
    }
    aws.respondTo(
        "GetLogEvents", "{\"events\": [" + events + "], \"nextBackwardToken\": \"" + token + "\"}");
  }
}
