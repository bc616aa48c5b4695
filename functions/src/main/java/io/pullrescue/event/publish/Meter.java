package io.pullrescue.event.publish;

import java.util.Map;
import software.amazon.lambda.powertools.metrics.model.MetricUnit;

/** Where numbers go that a dashboard shows and an alarm watches. */
public interface Meter {
  void record(String name, double value, MetricUnit unit, Map<String, String> dimensions);
}
