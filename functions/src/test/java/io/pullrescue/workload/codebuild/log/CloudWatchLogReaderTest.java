package io.pullrescue.workload.codebuild.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.testing.RecordedResponses;
import io.pullrescue.workload.codebuild.Build.LogLocation.CloudWatchLog;
import io.pullrescue.workload.codebuild.log.LogResult.AccessDenied;
import io.pullrescue.workload.codebuild.log.LogResult.Lines;
import io.pullrescue.workload.codebuild.log.LogResult.NotYetAvailable;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;

final class CloudWatchLogReaderTest {
  @RegisterExtension private final RecordedResponses aws = new RecordedResponses();

  private final CloudWatchLogReader log =
      new CloudWatchLogReader(aws.client(CloudWatchLogsClient.builder()));

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

    log.tail(new CloudWatchLog("group", "stream"), new TimeRange(start, start.plusSeconds(60)));

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

    assertThat(tail()).isInstanceOf(NotYetAvailable.class);
    assertThat(tail())
        .isInstanceOfSatisfying(
            AccessDenied.class,
            accessDenied -> assertThat(accessDenied.reason()).contains("group", "buildLogGroups"));
  }

  private List<String> lines() {
    var text = tail();
    assertThat(text).isInstanceOf(Lines.class);
    return ((Lines) text).lines();
  }

  private LogResult tail() {
    return log.tail(new CloudWatchLog("group", "stream"), TimeRange.UNBOUNDED);
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
