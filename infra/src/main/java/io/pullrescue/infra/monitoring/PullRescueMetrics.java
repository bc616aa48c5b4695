package io.pullrescue.infra.monitoring;

import io.pullrescue.config.MetricNames;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.MathExpression;
import software.amazon.awscdk.services.cloudwatch.Metric;

/** Refers to the metrics that the functions emit. */
final class PullRescueMetrics {
  private static final Map<String, String> SERVICE = Map.of("Service", MetricNames.SERVICE);

  private PullRescueMetrics() {}

  static Metric sum(String name, String label, Duration period) {
    return metric(name, label, "Sum", period, SERVICE);
  }

  static Metric average(String name, String label) {
    return metric(name, label, "Average", Duration.hours(1), SERVICE);
  }

  /** Returns the lowest number of pulls that an upstream reported as remaining. */
  static Metric pullRateLimitRemaining(String registry) {
    var dimensions = new HashMap<>(SERVICE);
    dimensions.put("Registry", registry);
    return metric(
        MetricNames.PULL_RATE_LIMIT_REMAINING, registry, "Minimum", Duration.hours(1), dimensions);
  }

  /** Returns a graph line for each cause that ever occurred. */
  static IMetric failuresByCause() {
    return MathExpression.Builder.create()
        .expression(
            "SEARCH('{%s,Cause,Service} %s', 'Sum')"
                .formatted(MetricNames.NAMESPACE, MetricNames.PULL_FAILURES))
        .usingMetrics(Map.of())
        .label("")
        .period(Duration.hours(1))
        .build();
  }

  private static Metric metric(
      String name,
      String label,
      String statistic,
      Duration period,
      Map<String, String> dimensions) {
    return Metric.Builder.create()
        .namespace(MetricNames.NAMESPACE)
        .metricName(name)
        .label(label)
        .statistic(statistic)
        .period(period)
        .dimensionsMap(dimensions)
        .build();
  }
}
