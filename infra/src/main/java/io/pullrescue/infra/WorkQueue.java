package io.pullrescue.infra;

import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.sqs.DeadLetterQueue;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;

/**
 * A queue before a function, the queue for what the function could not do, and an alarm on that.
 */
final class WorkQueue extends Construct {
  private static final int MAXIMUM_RECEIVES = 5;

  /** The longest that SQS keeps a message: nobody has to look on a weekend. */
  private static final Duration KEEP_DEAD_LETTERS = Duration.days(14);

  private final Queue queue;
  private final Queue deadLetters;

  private WorkQueue(Construct scope, String id, String name, Ordering ordering, Job reader) {
    super(scope, id);
    deadLetters =
        queue("DeadLetters", name + "-dead-letters", ordering)
            .retentionPeriod(KEEP_DEAD_LETTERS)
            .build();
    queue =
        queue("Queue", name, ordering)
            .visibilityTimeout(reader.visibilityTimeout())
            .deadLetterQueue(
                DeadLetterQueue.builder()
                    .queue(deadLetters)
                    .maxReceiveCount(MAXIMUM_RECEIVES)
                    .build())
            .build();
    alarmOnDeadLetters(name);
  }

  static WorkQueue unordered(Construct scope, String id, String name, Job reader) {
    return new WorkQueue(scope, id, name, Ordering.NONE, reader);
  }

  /** One message of a group at a time; the sender says which group, and what is a duplicate. */
  static WorkQueue ordered(Construct scope, String id, String name, Job reader) {
    return new WorkQueue(scope, id, name, Ordering.PER_GROUP, reader);
  }

  Queue queue() {
    return queue;
  }

  Queue deadLetters() {
    return deadLetters;
  }

  private Queue.Builder queue(String id, String name, Ordering ordering) {
    Queue.Builder builder =
        Queue.Builder.create(this, id)
            .queueName(name + ordering.suffix)
            .encryption(QueueEncryption.SQS_MANAGED)
            .enforceSsl(true);
    // CloudFormation refuses an explicit "no" for a queue without order.
    return ordering == Ordering.PER_GROUP ? builder.fifo(true) : builder;
  }

  private void alarmOnDeadLetters(String name) {
    Alarm.Builder.create(this, "DeadLettersAlarm")
        .alarmName(name + "-dead-letters")
        .alarmDescription("Messages of %s that could not be worked on.".formatted(name))
        .metric(
            deadLetters.metricApproximateNumberOfMessagesVisible(
                MetricOptions.builder().statistic("Maximum").build()))
        .threshold(1)
        .evaluationPeriods(1)
        .treatMissingData(TreatMissingData.NOT_BREACHING)
        .build();
  }

  private enum Ordering {
    NONE(""),
    PER_GROUP(".fifo");

    private final String suffix;

    Ordering(String suffix) {
      this.suffix = suffix;
    }
  }
}
