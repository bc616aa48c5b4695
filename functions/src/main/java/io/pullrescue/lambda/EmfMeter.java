package io.pullrescue.lambda;

import io.pullrescue.event.publish.Meter;
import java.util.Map;
import software.amazon.lambda.powertools.metrics.Metrics;
import software.amazon.lambda.powertools.metrics.model.DimensionSet;
import software.amazon.lambda.powertools.metrics.model.MetricUnit;

/**
 * Writes each number as a line of the log, from which CloudWatch makes the metric: no API is
 * called.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">Embedded
 *     metric format</a>
 */
final class EmfMeter implements Meter {
  private static final String NAMESPACE = "PullRescue";
  private static final String SERVICE = "pull-rescue";

  private final Metrics metrics;

  EmfMeter(Metrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void record(String name, double value, MetricUnit unit, Map<String, String> dimensions) {
    var dimensionSet = DimensionSet.of("Service", SERVICE);
    dimensions.forEach(dimensionSet::addDimension);
    metrics.flushSingleMetric(name, value, unit, NAMESPACE, dimensionSet);
  }
}
