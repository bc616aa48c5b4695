package io.pullrescue.event.publish;

import io.pullrescue.config.MetricNames;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.replication.ByteBudget;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;

/**
 * Limits the bytes that all copies of a day (UTC) transfer together. The metric {@code BytesCopied}
 * is the only record of them.
 *
 * <p>CloudWatch shows a metric up to two minutes after it was recorded, and what it shows is read
 * once a minute. So the limit can be exceeded by what is copied within about three minutes, and by
 * the blobs that are then in progress.
 *
 * <p>If CloudWatch cannot be asked, nothing is copied: the invocation fails, and its message is
 * delivered again.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html">
 *     GetMetricStatistics</a>
 */
public final class DailyByteBudget implements ByteBudget {
  private static final long GIGABYTE = 1_000_000_000;

  private static final Duration MAX_AGE = Duration.ofMinutes(1);

  private final int maxGigabytes;
  private final Supplier<CloudWatchClient> cloudWatch;
  private final MetricsEventPublisher metrics;
  private final InstantSource clock;
  private @Nullable Usage usage;

  private record Usage(Instant readAt, long bytes) {}

  /**
   * Creates a budget.
   *
   * @param maxGigabytes in units of 10^9 bytes; 0 for no limit
   * @param cloudWatch called when the first image is copied
   */
  public DailyByteBudget(
      int maxGigabytes,
      Supplier<CloudWatchClient> cloudWatch,
      MetricsEventPublisher metrics,
      InstantSource clock) {
    this.maxGigabytes = maxGigabytes;
    this.cloudWatch = cloudWatch;
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  public void require(long bytes) {
    if (maxGigabytes == 0) {
      return;
    }
    var used = usedToday();
    if (bytes > maxGigabytes * GIGABYTE - used) {
      metrics.recordBudgetReached();
      throw new RegistryException(
          Reason.LIMIT_EXCEEDED,
          String.format(
              Locale.ROOT,
              "budget reached: %.1f GB were copied today (UTC), %.1f GB more are needed, and `maxGigabytesPerDay` is %d; raise `maxGigabytesPerDay`, or request the image again tomorrow",
              (double) used / GIGABYTE,
              (double) bytes / GIGABYTE,
              maxGigabytes));
    }
  }

  @Override
  public void record(long bytes) {
    metrics.recordBytesCopied(bytes);
  }

  private synchronized long usedToday() {
    var now = clock.instant();
    var known = usage;
    if (known == null
        || !startOfDay(known.readAt()).equals(startOfDay(now))
        || Duration.between(known.readAt(), now).compareTo(MAX_AGE) >= 0) {
      known = new Usage(now, readBytesOfDay(now));
      usage = known;
    }
    return known.bytes();
  }

  /** Reads one value for the day. Who may write metrics could write negative ones. */
  private long readBytesOfDay(Instant now) {
    return (long)
        cloudWatch
            .get()
            .getMetricStatistics(request ->
                request
                    .namespace(MetricNames.NAMESPACE)
                    .metricName(MetricNames.BYTES_COPIED)
                    .dimensions(
                        Dimension.builder().name("Service").value(MetricNames.SERVICE).build())
                    .startTime(startOfDay(now))
                    .endTime(startOfDay(now).plus(1, ChronoUnit.DAYS))
                    .period((int) Duration.ofDays(1).toSeconds())
                    .statistics(Statistic.SUM))
            .datapoints()
            .stream()
            .mapToDouble(Datapoint::sum)
            .filter(sum -> sum > 0)
            .sum();
  }

  private static Instant startOfDay(Instant time) {
    return time.truncatedTo(ChronoUnit.DAYS);
  }
}
