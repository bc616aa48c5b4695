package io.pullrescue.infra;

import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.constructs.Construct;

/** What somebody should look at. Each is told of once when it begins and once when it is over. */
final class Alarms extends Construct {
  private static final Duration HOUR = Duration.hours(1);

  /** Fewer pulls than one large image with all its platforms may need. */
  private static final int FEW_PULLS = 20;

  private static final int MANY_REFUSALS = 5;

  private final Notifications notifications;

  Alarms(Construct scope, Notifications notifications) {
    super(scope, "Alarms");
    this.notifications = notifications;
    alarm(
        "Refusals",
        "pull-rescue-refusals",
        "%d retries were refused within an hour; the reports say why.".formatted(MANY_REFUSALS),
        Numbers.sum("RetryRefused", "refused", HOUR),
        ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        MANY_REFUSALS);
    alarm(
        "Quota",
        "pull-rescue-quota-low",
        "Docker Hub will soon refuse copies: store credentials, or a larger plan's.",
        Numbers.pullsLeft(Upstream.DOCKER_HUB),
        ComparisonOperator.LESS_THAN_THRESHOLD,
        FEW_PULLS);
  }

  /** Messages that nobody could work on, and messages that nobody comes to. */
  Alarms watch(WorkQueue queue) {
    atLeast(
        queue.id() + "DeadLetters",
        queue.name() + "-dead-letters",
        "Messages of %s could not be worked on: scripts/redrive.".formatted(queue.name()),
        queue.deadLettersLeft(),
        1);
    atLeast(
        queue.id() + "Age",
        queue.name() + "-age",
        "A message of %s waits longer than any limit or probe explains.".formatted(queue.name()),
        queue.age(),
        queue.patience().toSeconds().intValue());
    return this;
  }

  Alarms watch(PullRescueFunction function) {
    atLeast(
        function.job().title() + "Errors",
        function.job().functionName() + "-errors",
        "%s failed; its log says why.".formatted(function.job().functionName()),
        function.errors(),
        1);
    return this;
  }

  private void atLeast(String id, String name, String description, IMetric metric, int threshold) {
    alarm(
        id,
        name,
        description,
        metric,
        ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        threshold);
  }

  private void alarm(
      String id,
      String name,
      String description,
      IMetric metric,
      ComparisonOperator comparison,
      int threshold) {
    Alarm alarm =
        Alarm.Builder.create(this, id)
            .alarmName(name)
            .alarmDescription(description)
            .metric(metric)
            .comparisonOperator(comparison)
            .threshold(threshold)
            .evaluationPeriods(1)
            .treatMissingData(TreatMissingData.NOT_BREACHING)
            .build();
    notifications.announce(alarm);
  }
}
