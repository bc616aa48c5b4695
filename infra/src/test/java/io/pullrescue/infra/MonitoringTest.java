package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MonitoringTest {
  /** CloudWatch's limit for the description of an alarm. */
  private static final int MAX_DESCRIPTION = 1024;

  private final SynthesizedStack stack = SynthesizedStack.withAllFunctions();

  @Test
  void createsTheseAlarms() {
    assertThat(stack.all("AWS::CloudWatch::Alarm").map(it -> it.path("AlarmName").asText()))
        .containsExactlyInAnyOrder(
            "pull-rescue-retries-skipped",
            "pull-rescue-rate-limit-low",
            "pull-rescue-bytes-copied",
            "pull-rescue-budget-reached",
            "pull-rescue-failures-dead-letters",
            "pull-rescue-failures-age",
            "pull-rescue-replication-requests-dead-letters",
            "pull-rescue-replication-requests-age",
            "pull-rescue-retries-dead-letters",
            "pull-rescue-retries-age",
            "pull-rescue-diagnose-errors",
            "pull-rescue-replicate-errors",
            "pull-rescue-retry-errors",
            "pull-rescue-manual-errors",
            "pull-rescue-refresh-errors");
  }

  @Test
  void createsNoAlarmsOfBudgetWithoutLimit() {
    assertThat(
            SynthesizedStack.with(Map.of("maxGigabytesPerDay", 0))
                .all("AWS::CloudWatch::Alarm")
                .map(it -> it.path("AlarmName").asText()))
        .doesNotContain("pull-rescue-bytes-copied", "pull-rescue-budget-reached");
  }

  @Test
  void warnsAtEightyPercentOfBudget() {
    assertThat(stack.all("AWS::CloudWatch::Alarm"))
        .filteredOn(it -> it.path("AlarmName").asText().equals("pull-rescue-bytes-copied"))
        .singleElement()
        .satisfies(alarm -> {
          assertThat(alarm.path("Threshold").asDouble()).isEqualTo(400e9);
          assertThat(alarm.path("Metrics").toString()).contains("BytesCopied", "86400", "Sum");
          assertThat(alarm.path("AlarmActions")).isNotEmpty();
        });
  }

  @Test
  void dashboardShowsTheMetricsOfTheFunctions() {
    assertThat(stack.all("AWS::CloudWatch::Dashboard"))
        .singleElement()
        .extracting(it -> it.path("DashboardBody").toString())
        .asString()
        .contains(
            "PullFailures",
            "RetryLatency",
            "RecoveryLatency",
            "BytesCopied",
            "PullRateLimitRemaining",
            "WorkloadRetried",
            "RetrySkipped",
            "ApproximateAgeOfOldestMessage",
            "Errors");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pull-rescue-retries-dead-letters | 5 attempts to process a message of pull-rescue-retries failed. 1. Find the error: log group /aws/lambda/pull-rescue-retry, filter ERROR.
          pull-rescue-replication-requests-age | is older than 13 hours.
          pull-rescue-failures-age         | is older than 1 hour.
          pull-rescue-replicate-errors     | Its message is processed up to 5 times; act only if the alarm pull-rescue-replication-requests-dead-letters follows.
          pull-rescue-manual-errors        | Invoke it again once the cause is removed.
          pull-rescue-budget-reached       | because maxGigabytesPerDay (500 GB) does not allow it
          pull-rescue-bytes-copied         | copied more than 80% of maxGigabytesPerDay (500 GB) within a day
          pull-rescue-rate-limit-low       | Docker Hub allows fewer than 20 more pulls
          """)
  void alarmDescriptionSaysWhatToDo(String alarm, String text) {
    assertThat(stack.all("AWS::CloudWatch::Alarm"))
        .filteredOn(it -> it.path("AlarmName").asText().equals(alarm))
        .singleElement()
        .extracting(it -> it.path("AlarmDescription").asText())
        .asString()
        .contains(text);
  }

  @Test
  void alarmDescriptionsFitIntoCloudWatch() {
    assertThat(stack.all("AWS::CloudWatch::Alarm"))
        .allMatch(alarm -> alarm.path("AlarmDescription").asText().length() <= MAX_DESCRIPTION);
  }
}
