package io.pullrescue.lambda;

import io.pullrescue.report.Announcement;
import io.pullrescue.report.Announcement.Diagnosed;
import io.pullrescue.report.Announcement.Recovered;
import io.pullrescue.report.Announcement.Replicated;
import io.pullrescue.report.Announcement.Retried;
import io.pullrescue.report.Announcer;
import io.pullrescue.report.BusEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.lambda.powertools.metrics.model.MetricUnit;

/** Passes each announcement on, then counts it. */
final class CountingAnnouncer implements Announcer {
  private final Announcer next;
  private final Meter meter;
  private final InstantSource clock;

  CountingAnnouncer(Announcer next, Meter meter, InstantSource clock) {
    this.next = next;
    this.meter = meter;
    this.clock = clock;
  }

  @Override
  public void announce(Announcement announcement) {
    next.announce(announcement);
    meter.record(name(announcement), 1, MetricUnit.COUNT, Map.of());
    switch (announcement) {
      case Diagnosed it ->
          meter.record(
              "PullFailures", 1, MetricUnit.COUNT, Map.of("Cause", it.diagnosis().cause().name()));
      case Replicated it ->
          meter.record(
              "BytesCopied", (double) it.result().tally().bytes(), MetricUnit.BYTES, Map.of());
      case Retried it -> seconds("SecondsToRetry", it.failed() == null ? null : since(it.failed()));
      case Recovered it -> seconds("SecondsToGreen", it.after());
      case Announcement.NotReplicated it -> {}
      case Announcement.RetryRefused it -> {}
    }
  }

  private void seconds(String metric, @Nullable Duration time) {
    if (time != null) {
      meter.record(metric, (double) time.toSeconds(), MetricUnit.SECONDS, Map.of());
    }
  }

  private Duration since(Instant failed) {
    return Duration.between(failed, clock.instant());
  }

  /** {@code Pull Failure Diagnosed} becomes {@code PullFailureDiagnosed}. */
  private static String name(Announcement announcement) {
    return BusEvent.of(announcement).detailType().replace(" ", "");
  }
}
