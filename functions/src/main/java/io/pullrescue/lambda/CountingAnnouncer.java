package io.pullrescue.lambda;

import io.pullrescue.report.Announcement;
import io.pullrescue.report.Announcer;
import io.pullrescue.report.BusEvent;
import software.amazon.lambda.powertools.metrics.Metrics;
import software.amazon.lambda.powertools.metrics.MetricsFactory;
import software.amazon.lambda.powertools.metrics.model.MetricUnit;

/**
 * Counts each announcement as a metric (a log line in CloudWatch's embedded format) and passes it
 * on.
 */
final class CountingAnnouncer implements Announcer {
  private static final String NAMESPACE = "PullRescue";

  private final Announcer next;

  CountingAnnouncer(Announcer next) {
    this.next = next;
  }

  @Override
  public void announce(Announcement announcement) {
    next.announce(announcement);
    Metrics metrics = MetricsFactory.getMetricsInstance();
    metrics.setNamespace(NAMESPACE);
    metrics.addMetric(name(announcement), 1, MetricUnit.COUNT);
    if (announcement instanceof Announcement.Replicated replicated) {
      metrics.addMetric(
          "BytesCopied", (double) replicated.result().tally().bytes(), MetricUnit.BYTES);
    }
    metrics.flush();
  }

  /** {@code Pull Failure Diagnosed} becomes {@code PullFailureDiagnosed}. */
  private static String name(Announcement announcement) {
    return BusEvent.of(announcement).detailType().replace(" ", "");
  }
}
