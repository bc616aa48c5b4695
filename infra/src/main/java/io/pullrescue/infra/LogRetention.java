package io.pullrescue.infra;

import java.util.Arrays;
import java.util.List;
import software.amazon.awscdk.services.logs.RetentionDays;

/** How long the functions' logs are kept; CloudWatch knows certain spans only. */
enum LogRetention {
  WEEK(7, RetentionDays.ONE_WEEK),
  FORTNIGHT(14, RetentionDays.TWO_WEEKS),
  MONTH(30, RetentionDays.ONE_MONTH),
  QUARTER(90, RetentionDays.THREE_MONTHS),
  HALF_YEAR(180, RetentionDays.SIX_MONTHS),
  YEAR(365, RetentionDays.ONE_YEAR);

  static final String DEFAULT = "30";

  private final int days;
  private final RetentionDays retention;

  LogRetention(int days, RetentionDays retention) {
    this.days = days;
    this.retention = retention;
  }

  RetentionDays retention() {
    return retention;
  }

  static LogRetention of(String setting, String days) {
    return Arrays.stream(values())
        .filter(span -> days.equals(String.valueOf(span.days)))
        .findFirst()
        .orElseThrow(() ->
            new SettingRefused(setting, "'%s' is none of %s".formatted(days, possibleDays())));
  }

  private static List<Integer> possibleDays() {
    return Arrays.stream(values()).map(span -> span.days).toList();
  }
}
