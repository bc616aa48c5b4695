package io.pullrescue.infra.monitoring;

import io.pullrescue.config.MetricNames;
import io.pullrescue.config.QueueLimits;
import io.pullrescue.infra.function.FunctionSpec;
import io.pullrescue.infra.function.PullRescueFunction;
import io.pullrescue.infra.messaging.Notifications;
import io.pullrescue.infra.messaging.QueueWithDlq;
import java.util.List;
import java.util.Optional;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.constructs.Construct;

/** Creates the alarms. Their descriptions say what happened and what to do. */
public final class PullRescueAlarms extends Construct {
  private static final String DOCKER_HUB = "docker.io";

  /** About what one large image with all its platforms needs. */
  private static final int LOW_RATE_LIMIT = 20;

  private static final int MANY_SKIPPED_RETRIES = 5;

  /** The part of the budget of a day that is reported while some of it is left. */
  private static final double MUCH_OF_BUDGET = 0.8;

  private static final double GIGABYTE = 1e9;

  private final Notifications notifications;

  /**
   * Creates the alarms for the queues, the functions and their metrics.
   *
   * @param maxGigabytesPerDay the budget of a day; 0 for none
   */
  public PullRescueAlarms(
      Construct scope,
      String id,
      Notifications notifications,
      List<QueueWithDlq> queues,
      List<PullRescueFunction> functions,
      int maxGigabytesPerDay) {
    super(scope, id);
    this.notifications = notifications;
    alarm(
        "RetriesSkipped",
        "pull-rescue-retries-skipped",
        "pull-rescue skipped %d or more retries within an hour. The reason of each is in its notification and in the log group /aws/lambda/pull-rescue-retry. Act if a limit is the reason: settings maxRetries and maxRetriesPerHour."
            .formatted(MANY_SKIPPED_RETRIES),
        PullRescueMetrics.sum(MetricNames.RETRY_SKIPPED, "retries skipped", Duration.hours(1)),
        ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        MANY_SKIPPED_RETRIES);
    alarm(
        "RateLimitLow",
        "pull-rescue-rate-limit-low",
        "Docker Hub allows fewer than %d more pulls with the credentials of pull-rescue, or without any if it has none. Images are then copied later, when the limit resets (within 6 hours); nothing is lost. If this happens often, store credentials, or those of a larger plan: setting credentials."
            .formatted(LOW_RATE_LIMIT),
        PullRescueMetrics.pullRateLimitRemaining(DOCKER_HUB),
        ComparisonOperator.LESS_THAN_THRESHOLD,
        LOW_RATE_LIMIT);
    if (maxGigabytesPerDay > 0) {
      addBudget(maxGigabytesPerDay);
    }
    queues.forEach(this::addQueue);
    functions.forEach(function -> addFunction(function, queueOf(function, queues)));
  }

  private void addBudget(int maxGigabytesPerDay) {
    alarmFrom(
        MUCH_OF_BUDGET * maxGigabytesPerDay * GIGABYTE,
        "BytesCopied",
        "pull-rescue-bytes-copied",
        "pull-rescue copied more than %.0f%% of maxGigabytesPerDay (%d GB) within a day. Find out which images: log group /aws/lambda/pull-rescue-replicate, filter \"copying an image\"; trigger_id is the build, task or job that asked for each. Exclude what should not be copied: setting deniedImages."
            .formatted(100 * MUCH_OF_BUDGET, maxGigabytesPerDay),
        PullRescueMetrics.sum(MetricNames.BYTES_COPIED, "bytes copied", Duration.days(1)));
    alarmFrom(
        1,
        "BudgetReached",
        "pull-rescue-budget-reached",
        "An image was not copied, because maxGigabytesPerDay (%d GB) does not allow it today (UTC). Which image: event Image Replication Failed. The budget of the next day begins at midnight UTC. If the copies are wanted, raise maxGigabytesPerDay and mirror the image with pull-rescue-manual."
            .formatted(maxGigabytesPerDay),
        PullRescueMetrics.sum(MetricNames.BUDGET_REACHED, "copies refused", Duration.hours(1)));
  }

  private void addQueue(QueueWithDlq queue) {
    var id = queue.getNode().getId();
    var name = queue.props().name();
    var consumer = queue.props().consumer();
    alarmFrom(
        1,
        id + "DeadLetters",
        name + "-dead-letters",
        "%d attempts to process a message of %s failed. 1. Find the error: log group %s, filter ERROR. 2. Remove its cause. 3. Process the messages again: SQS console, queue %s-dead-letters, Start DLQ redrive; or scripts/redrive. SQS keeps the messages for 14 days."
            .formatted(QueueLimits.MAX_RECEIVE_COUNT, name, consumer.logGroupName(), name),
        queue.metricDeadLetters());
    alarmFrom(
        consumer.maxMessageAge().toSeconds().intValue(),
        id + "Age",
        name + "-age",
        "The oldest message of %s is older than %s. Check that the event source mapping of %s is enabled (scripts/enable) and that the function is not throttled; errors are in the log group %s."
            .formatted(
                name,
                hours(consumer.maxMessageAge()),
                consumer.functionName(),
                consumer.logGroupName()),
        queue.metricMessageAge());
  }

  private void addFunction(PullRescueFunction function, Optional<QueueWithDlq> queue) {
    var spec = function.spec();
    var consequence =
        queue
            .map(it ->
                "Its message is processed up to %d times; act only if the alarm %s-dead-letters follows."
                    .formatted(QueueLimits.MAX_RECEIVE_COUNT, it.props().name()))
            .orElse(
                spec == FunctionSpec.REFRESH
                    ? "The next scheduled run tries again."
                    : "Invoke it again once the cause is removed.");
    alarmFrom(
        1,
        spec.constructId() + "Errors",
        spec.functionName() + "-errors",
        "An invocation of %s failed. %s The error is in the log group %s, filter ERROR."
            .formatted(spec.functionName(), consequence, spec.logGroupName()),
        function.metricErrors());
  }

  private static Optional<QueueWithDlq> queueOf(
      PullRescueFunction function, List<QueueWithDlq> queues) {
    return queues.stream().filter(it -> it.props().consumer() == function.spec()).findFirst();
  }

  private static String hours(Duration duration) {
    int hours = duration.toHours().intValue();
    return hours == 1 ? "1 hour" : hours + " hours";
  }

  private void alarmFrom(
      Number threshold, String id, String name, String description, IMetric metric) {
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
      Number threshold) {
    notifications.addAlarm(
        Alarm.Builder.create(this, id)
            .alarmName(name)
            .alarmDescription(description)
            .metric(metric)
            .comparisonOperator(comparison)
            .threshold(threshold)
            .evaluationPeriods(1)
            .treatMissingData(TreatMissingData.NOT_BREACHING)
            .build());
  }
}
