package io.pullrescue.event.publish;

import io.pullrescue.config.MetricNames;
import io.pullrescue.event.publish.RescueEvent.Diagnosed;
import io.pullrescue.event.publish.RescueEvent.Recovered;
import io.pullrescue.event.publish.RescueEvent.Replicated;
import io.pullrescue.event.publish.RescueEvent.ReplicationFailed;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.registry.http.RateLimit;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.lambda.powertools.metrics.Metrics;
import software.amazon.lambda.powertools.metrics.model.DimensionSet;
import software.amazon.lambda.powertools.metrics.model.MetricUnit;

/**
 * Publishes events and records metrics about them. The namespace comes from the environment
 * variable of Powertools, which the CDK app sets.
 *
 * <p>Each metric is a line of the log, from which CloudWatch makes the metric: no API is called.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">Embedded
 *     metric format</a>
 */
public final class MetricsEventPublisher implements EventPublisher {
  private final EventPublisher delegate;
  private final Metrics metrics;
  private final InstantSource clock;

  /** Creates a publisher that records metrics about the events that it passes to the delegate. */
  public MetricsEventPublisher(EventPublisher delegate, Metrics metrics, InstantSource clock) {
    this.delegate = delegate;
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  public void publish(RescueEvent event) {
    delegate.publish(event);
    record(countMetric(event), 1, MetricUnit.COUNT, Map.of());
    switch (event) {
      case Diagnosed diagnosed ->
          record(
              MetricNames.PULL_FAILURES,
              1,
              MetricUnit.COUNT,
              Map.of("Cause", diagnosed.diagnosis().cause().name()));
      case Replicated _ -> {}
      case Retried retried -> recordLatency(retried.failedAt());
      case Recovered recovered ->
          recordSeconds(MetricNames.RECOVERY_LATENCY, recovered.timeSinceFailure());
      case ReplicationFailed _ -> {}
      case RetrySkipped _ -> {}
    }
  }

  private static String countMetric(RescueEvent event) {
    return switch (event) {
      case Diagnosed _ -> MetricNames.PULL_FAILURE_DIAGNOSED;
      case Replicated _ -> MetricNames.IMAGE_REPLICATED;
      case ReplicationFailed _ -> MetricNames.IMAGE_REPLICATION_FAILED;
      case Retried _ -> MetricNames.WORKLOAD_RETRIED;
      case Recovered _ -> MetricNames.WORKLOAD_RECOVERED;
      case RetrySkipped _ -> MetricNames.RETRY_SKIPPED;
    };
  }

  /** Records the pulls that an upstream registry still allows. */
  public void recordRateLimit(String registry, RateLimit rateLimit) {
    record(
        MetricNames.PULL_RATE_LIMIT_REMAINING,
        rateLimit.remaining(),
        MetricUnit.COUNT,
        Map.of("Registry", registry));
  }

  /** Records a blob that was copied. */
  void recordBytesCopied(long bytes) {
    record(MetricNames.BYTES_COPIED, bytes, MetricUnit.BYTES, Map.of());
  }

  /** Records a copy that the budget of the day did not allow. */
  void recordBudgetReached() {
    record(MetricNames.BUDGET_REACHED, 1, MetricUnit.COUNT, Map.of());
  }

  private void recordLatency(@Nullable Instant failedAt) {
    recordSeconds(
        MetricNames.RETRY_LATENCY,
        failedAt == null ? null : Duration.between(failedAt, clock.instant()));
  }

  private void recordSeconds(String name, @Nullable Duration duration) {
    if (duration != null) {
      record(name, duration.toSeconds(), MetricUnit.SECONDS, Map.of());
    }
  }

  private void record(String name, long value, MetricUnit unit, Map<String, String> dimensions) {
    // One set: of several, CloudWatch would make a metric for each.
    var dimensionSet = DimensionSet.of("Service", MetricNames.SERVICE);
    dimensions.forEach(dimensionSet::addDimension);
    metrics.flushMetrics(line -> {
      line.setDefaultDimensions(dimensionSet);
      line.addMetric(name, (double) value, unit);
    });
  }
}
