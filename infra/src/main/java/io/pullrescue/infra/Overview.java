package io.pullrescue.infra;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.cloudwatch.GraphWidget;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.IWidget;
import software.amazon.awscdk.services.cloudwatch.SingleValueWidget;
import software.constructs.Construct;

/** One page: what failed, what was done about it, what it took, and what waits. */
final class Overview extends Construct {
  private static final int WHOLE_WIDTH = 24;
  private static final Duration HOUR = Duration.hours(1);
  private static final Duration DAY = Duration.days(1);

  Overview(
      Construct scope,
      Configuration configuration,
      List<WorkQueue> queues,
      List<PullRescueFunction> functions) {
    super(scope, "Overview");
    Dashboard.Builder.create(this, "Dashboard")
        .dashboardName("pull-rescue")
        .defaultInterval(Duration.days(7))
        .widgets(
            List.of(
                List.of(today()),
                row(
                    graph("Failures by cause", List.of(Numbers.failuresByCause())),
                    graph("What became of them", outcomes())),
                row(
                    graph(
                        "Seconds from red to retry and to green",
                        List.of(
                            Numbers.average("SecondsToRetry", "to the retry"),
                            Numbers.average("SecondsToGreen", "to green"))),
                    graph("Bytes copied", List.of(Numbers.sum("BytesCopied", "bytes", HOUR)))),
                row(
                    graph("Pulls left upstream", pullsLeft(configuration)),
                    graph("Age of the oldest message", each(queues, WorkQueue::age))),
                row(
                    graph("Dead letters", each(queues, WorkQueue::deadLettersLeft)),
                    graph("Errors", each(functions, PullRescueFunction::errors)))))
        .build();
  }

  private static IWidget today() {
    return SingleValueWidget.Builder.create()
        .title("Each day")
        .width(WHOLE_WIDTH)
        .metrics(
            List.of(
                Numbers.sum("PullFailureDiagnosed", "pull failures", DAY),
                Numbers.sum("WorkloadRetried", "run again", DAY),
                Numbers.sum("WorkloadRecovered", "green again", DAY),
                Numbers.sum("RetryRefused", "refused", DAY),
                Numbers.sum("ImageReplicated", "images in the mirror", DAY),
                Numbers.sum("BytesCopied", "bytes copied", DAY)))
        .build();
  }

  private static List<IMetric> outcomes() {
    return List.of(
        Numbers.sum("ImageReplicated", "image in the mirror", HOUR),
        Numbers.sum("ImageReplicationFailed", "image not copied", HOUR),
        Numbers.sum("WorkloadRetried", "run again", HOUR),
        Numbers.sum("RetryRefused", "refused", HOUR));
  }

  private static List<IMetric> pullsLeft(Configuration configuration) {
    return each(configuration.copying().upstreams(), Numbers::pullsLeft);
  }

  private static <T> List<IMetric> each(List<T> things, Function<T, ? extends IMetric> metric) {
    return things.stream().<IMetric>map(metric).toList();
  }

  private static List<IWidget> row(IWidget... widgets) {
    return Arrays.asList(widgets);
  }

  private static IWidget graph(String title, List<IMetric> metrics) {
    return GraphWidget.Builder.create().title(title).width(WHOLE_WIDTH / 2).left(metrics).build();
  }
}
