package io.pullrescue.lambda;

import io.pullrescue.config.MetricNames;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.event.publish.Meter;
import io.pullrescue.event.publish.PublishedEvent;
import io.pullrescue.event.publish.RescueEvent;
import io.pullrescue.event.publish.RescueEvent.Diagnosed;
import io.pullrescue.event.publish.RescueEvent.Recovered;
import io.pullrescue.event.publish.RescueEvent.Replicated;
import io.pullrescue.event.publish.RescueEvent.Retried;
import io.pullrescue.registry.http.RateLimit;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.lambda.powertools.metrics.model.MetricUnit;

/** Passes each announcement on, then counts it. */
final class MetricsEventPublisher implements EventPublisher {
  private final EventPublisher delegate;
  private final Meter meter;
  private final InstantSource clock;

  MetricsEventPublisher(EventPublisher delegate, Meter meter, InstantSource clock) {
    this.delegate = delegate;
    this.meter = meter;
    this.clock = clock;
  }

  @Override
  public void publish(RescueEvent event) {
    delegate.publish(event);
    meter.record(metricName(event), 1, MetricUnit.COUNT, Map.of());
    switch (event) {
      case Diagnosed diagnosed ->
          meter.record(
              MetricNames.PULL_FAILURES,
              1,
              MetricUnit.COUNT,
              Map.of("Cause", diagnosed.diagnosis().cause().name()));
      case Replicated replicated ->
          meter.record(
              MetricNames.BYTES_COPIED,
              (double) replicated.result().stats().bytesCopied(),
              MetricUnit.BYTES,
              Map.of());
      case Retried retried ->
          recordSeconds(
              MetricNames.RETRY_LATENCY,
              retried.failedAt() == null ? null : elapsedSince(retried.failedAt()));
      case Recovered recovered ->
          recordSeconds(MetricNames.RECOVERY_LATENCY, recovered.timeSinceFailure());
      case RescueEvent.ReplicationFailed _ -> {}
      case RescueEvent.RetrySkipped _ -> {}
    }
  }

  private void recordSeconds(String metric, @Nullable Duration duration) {
    if (duration != null) {
      meter.record(metric, (double) duration.toSeconds(), MetricUnit.SECONDS, Map.of());
    }
  }

  private Duration elapsedSince(Instant failedAt) {
    return Duration.between(failedAt, clock.instant());
  }

  /** {@code Pull Failure Diagnosed} becomes {@code PullFailureDiagnosed}. */
  private static String metricName(RescueEvent event) {
    return PublishedEvent.of(event).detailType().replace(" ", "");
  }

  /** Records the pulls that an upstream registry still allows. */
  void recordRateLimit(String registry, RateLimit rateLimit) {
    meter.record(
        MetricNames.PULL_RATE_LIMIT_REMAINING,
        (double) rateLimit.remaining(),
        MetricUnit.COUNT,
        Map.of("Registry", registry));
  }
}
