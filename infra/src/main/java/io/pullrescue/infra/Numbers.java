package io.pullrescue.infra;

import java.util.HashMap;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.MathExpression;
import software.amazon.awscdk.services.cloudwatch.Metric;

/** The numbers that the functions write, as CloudWatch keeps them. */
final class Numbers {
  static final String NAMESPACE = "PullRescue";
  private static final Map<String, String> SERVICE = Map.of("Service", "pull-rescue");

  private Numbers() {}

  /** How often something happened, or how much of it, in each span. */
  static Metric sum(String name, String label, Duration span) {
    return metric(name, label, "Sum", span, SERVICE);
  }

  static Metric average(String name, String label) {
    return metric(name, label, "Average", Duration.hours(1), SERVICE);
  }

  /** What an upstream said at worst that it would still hand out. */
  static Metric pullsLeft(Upstream upstream) {
    Map<String, String> dimensions = new HashMap<>(SERVICE);
    dimensions.put("Registry", upstream.registry());
    return metric("PullsLeft", upstream.registry(), "Minimum", Duration.hours(1), dimensions);
  }

  /** A line for each cause that ever occurred. */
  static IMetric failuresByCause() {
    return MathExpression.Builder.create()
        .expression("SEARCH('{%s,Cause,Service} PullFailures', 'Sum')".formatted(NAMESPACE))
        .usingMetrics(Map.of())
        .label("")
        .period(Duration.hours(1))
        .build();
  }

  private static Metric metric(
      String name, String label, String statistic, Duration span, Map<String, String> dimensions) {
    return Metric.Builder.create()
        .namespace(NAMESPACE)
        .metricName(name)
        .label(label)
        .statistic(statistic)
        .period(span)
        .dimensionsMap(dimensions)
        .build();
  }
}
