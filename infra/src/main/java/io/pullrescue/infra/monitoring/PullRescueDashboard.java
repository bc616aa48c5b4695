package io.pullrescue.infra.monitoring;

import io.pullrescue.config.MetricNames;
import io.pullrescue.infra.function.PullRescueFunction;
import io.pullrescue.infra.messaging.QueueWithDlq;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.cloudwatch.GraphWidget;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.IWidget;
import software.amazon.awscdk.services.cloudwatch.SingleValueWidget;
import software.constructs.Construct;

/** Creates the dashboard: failures, what was done about them, and the state of the queues. */
public final class PullRescueDashboard extends Construct {
  private static final String NAME = "pull-rescue";
  private static final int HALF_WIDTH = 12;
  private static final Duration HOUR = Duration.hours(1);
  private static final Duration DAY = Duration.days(1);

  /** Creates the dashboard. */
  public PullRescueDashboard(
      Construct scope,
      String id,
      List<String> upstreams,
      List<QueueWithDlq> queues,
      List<PullRescueFunction> functions) {
    super(scope, id);
    Dashboard.Builder.create(this, "Dashboard")
        .dashboardName(NAME)
        .defaultInterval(Duration.days(7))
        .widgets(
            List.of(
                row(
                    totals("Today (UTC)", false),
                    totals("In the selected time range (by default the last 7 days)", true)),
                row(
                    graph("Pull failures by cause", List.of(PullRescueMetrics.failuresByCause())),
                    graph("Images mirrored and workloads retried", outcomes())),
                row(
                    graph(
                        "Seconds from failure to retry and to success",
                        List.of(
                            PullRescueMetrics.average(MetricNames.RETRY_LATENCY, "to retry"),
                            PullRescueMetrics.average(MetricNames.RECOVERY_LATENCY, "to success"))),
                    graph(
                        "Bytes copied into the mirror",
                        List.of(PullRescueMetrics.sum(MetricNames.BYTES_COPIED, "bytes", HOUR)))),
                row(
                    graph(
                        "Pulls that upstream registries still allow",
                        each(upstreams, PullRescueMetrics::pullRateLimitRemaining)),
                    graph(
                        "Age of the oldest message in seconds",
                        each(queues, QueueWithDlq::metricMessageAge))),
                row(
                    graph(
                        "Messages in dead-letter queues",
                        each(queues, QueueWithDlq::metricDeadLetters)),
                    graph(
                        "Failed invocations", each(functions, PullRescueFunction::metricErrors)))))
        .build();
    var region = Stack.of(this).getRegion();
    CfnOutput.Builder.create(Stack.of(this), "DashboardUrl")
        .description("What failed, what was mirrored and retried, and what waits")
        .value(
            "https://%s.console.aws.amazon.com/cloudwatch/home?region=%s#dashboards/dashboard/%s"
                .formatted(region, region, NAME))
        .build();
  }

  private static IWidget totals(String title, boolean timeRange) {
    return SingleValueWidget.Builder.create()
        .title(title)
        .width(HALF_WIDTH)
        .setPeriodToTimeRange(timeRange)
        .metrics(
            List.of(
                PullRescueMetrics.sum(MetricNames.PULL_FAILURE_DIAGNOSED, "pull failures", DAY),
                PullRescueMetrics.sum(MetricNames.WORKLOAD_RETRIED, "workloads retried", DAY),
                PullRescueMetrics.sum(MetricNames.WORKLOAD_RECOVERED, "workloads recovered", DAY),
                PullRescueMetrics.sum(MetricNames.RETRY_SKIPPED, "retries skipped", DAY),
                PullRescueMetrics.sum(MetricNames.IMAGE_REPLICATED, "images mirrored", DAY),
                PullRescueMetrics.sum(MetricNames.BYTES_COPIED, "bytes copied", DAY)))
        .build();
  }

  private static List<IMetric> outcomes() {
    return List.of(
        PullRescueMetrics.sum(MetricNames.IMAGE_REPLICATED, "images mirrored", HOUR),
        PullRescueMetrics.sum(MetricNames.IMAGE_REPLICATION_FAILED, "images not mirrored", HOUR),
        PullRescueMetrics.sum(MetricNames.WORKLOAD_RETRIED, "workloads retried", HOUR),
        PullRescueMetrics.sum(MetricNames.RETRY_SKIPPED, "retries skipped", HOUR));
  }

  private static <T> List<IMetric> each(List<T> things, Function<T, ? extends IMetric> metric) {
    return things.stream().<IMetric>map(metric).toList();
  }

  private static List<IWidget> row(IWidget... widgets) {
    return Arrays.asList(widgets);
  }

  private static IWidget graph(String title, List<IMetric> metrics) {
    return GraphWidget.Builder.create().title(title).width(HALF_WIDTH).left(metrics).build();
  }
}
