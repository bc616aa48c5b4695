package io.pullrescue.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.failure.Build.LogLocation.InCloudWatch;
import io.pullrescue.failure.LogText;
import io.pullrescue.failure.LogText.Absent;
import io.pullrescue.failure.LogText.Lines;
import io.pullrescue.failure.LogText.OutOfReach;
import io.pullrescue.failure.TimeSpan;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;

final class CloudWatchBuildLogTest {
  @RegisterExtension private final RecordedAnswers aws = new RecordedAnswers();

  private final CloudWatchBuildLog log =
      new CloudWatchBuildLog(aws.client(CloudWatchLogsClient.builder()));

  @Test
  void readsFromTheEndAndPutsTheLinesInTheirOrder() {
    page("b/2", "three\\nfour", "five");
    page("b/1", "one", "two");
    page("b/1");

    assertThat(lines()).containsExactly("one", "two", "three", "four", "five");
    assertThat(aws.asked()).hasSize(3).allMatch(it -> it.contains("\"startFromHead\":false"));
  }

  @Test
  void anEmptyPageIsNotTheEndOfTheLog() {
    page("b/3");
    page("b/2", "toomanyrequests");
    page("b/2");

    assertThat(lines()).containsExactly("toomanyrequests");
  }

  @Test
  void asksForTheSpanOnly() {
    page("b/1");
    page("b/1");
    var start = Instant.parse("2026-06-15T10:31:00Z");

    log.tail(new InCloudWatch("group", "stream"), new TimeSpan(start, start.plusSeconds(60)));

    assertThat(aws.asked())
        .allMatch(it -> it.contains("\"startTime\":1781519460000,\"endTime\":1781519520000"));
  }

  @Test
  void readsFivePagesWithLinesAtMost() {
    for (int page = 0; page < 30; page++) {
      page("b/" + page, "line");
    }

    assertThat(lines()).hasSize(5);
    assertThat(aws.asked()).hasSize(5);
  }

  @Test
  void looksAtTwentyPagesAtMost() {
    for (int page = 0; page < 30; page++) {
      page("b/" + page);
    }

    assertThat(lines()).isEmpty();
    assertThat(aws.asked()).hasSize(20);
  }

  @Test
  void tellsAStreamThatIsNotThereFromOneThatMayNotBeRead() {
    aws.to("GetLogEvents", "{\"__type\": \"ResourceNotFoundException\"}")
        .to("GetLogEvents", "{\"__type\": \"AccessDeniedException\"}");

    assertThat(tail()).isInstanceOf(Absent.class);
    assertThat(tail())
        .isInstanceOfSatisfying(
            OutOfReach.class, it -> assertThat(it.why()).contains("group", "buildLogGroups"));
  }

  private List<String> lines() {
    var text = tail();
    assertThat(text).isInstanceOf(Lines.class);
    return ((Lines) text).lines();
  }

  private LogText tail() {
    return log.tail(new InCloudWatch("group", "stream"), TimeSpan.UNLIMITED);
  }

  private void page(String token, String... messages) {
    var events = new StringBuilder();
    for (var message : messages) {
      events.append(events.isEmpty() ? "" : ",").append("{\"message\": \"" + message + "\"}");
    }
    aws.to(
        "GetLogEvents", "{\"events\": [" + events + "], \"nextBackwardToken\": \"" + token + "\"}");
  }
}
