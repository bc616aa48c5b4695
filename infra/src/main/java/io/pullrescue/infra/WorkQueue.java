package io.pullrescue.infra;

import java.util.Locale;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.sqs.DeadLetterQueue;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

/** A queue before a function, and the queue for what the function could not do. */
final class WorkQueue extends Construct {
  private static final int MAXIMUM_RECEIVES = 5;

  /** The longest that SQS keeps a message: nobody has to look on a weekend. */
  private static final Duration KEEP_DEAD_LETTERS = Duration.days(14);

  private final String id;
  private final Job reader;
  private final Encryption encryption;
  private final Queue queue;
  private final Queue deadLetters;

  private WorkQueue(
      Construct scope, String id, Ordering ordering, Job reader, Encryption encryption) {
    super(scope, id);
    this.id = id;
    this.reader = reader;
    this.encryption = encryption;
    deadLetters =
        queue("DeadLetters", name() + "-dead-letters", ordering)
            .retentionPeriod(KEEP_DEAD_LETTERS)
            .build();
    queue =
        queue("Queue", name(), ordering)
            .visibilityTimeout(reader.visibilityTimeout())
            .deadLetterQueue(
                DeadLetterQueue.builder()
                    .queue(deadLetters)
                    .maxReceiveCount(MAXIMUM_RECEIVES)
                    .build())
            .build();
  }

  static WorkQueue unordered(Construct scope, String id, Job reader, Encryption encryption) {
    return new WorkQueue(scope, id, Ordering.NONE, reader, encryption);
  }

  /** One message of a group at a time; the sender says which group, and what is a duplicate. */
  static WorkQueue ordered(Construct scope, String id, Job reader, Encryption encryption) {
    return new WorkQueue(scope, id, Ordering.PER_GROUP, reader, encryption);
  }

  String id() {
    return id;
  }

  /** In the account: {@code ReplicationRequests} is {@code pull-rescue-replication-requests}. */
  String name() {
    return "pull-rescue" + id.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  Queue queue() {
    return queue;
  }

  Queue deadLetters() {
    return deadLetters;
  }

  /** How long a message may wait before somebody should look. */
  Duration patience() {
    return reader.patience();
  }

  IMetric age() {
    return queue.metricApproximateAgeOfOldestMessage(labelled("Maximum"));
  }

  IMetric deadLettersLeft() {
    return deadLetters.metricApproximateNumberOfMessagesVisible(labelled("Maximum"));
  }

  private MetricOptions labelled(String statistic) {
    return MetricOptions.builder().label(name()).statistic(statistic).build();
  }

  /** The key that whoever reads or writes has to use as well; none with SQS's own. */
  void grantKey(IGrantable user) {
    IKey key = encryption.key();
    if (key != null) {
      key.grant(user, "kms:Decrypt", "kms:GenerateDataKey");
    }
  }

  private Queue.Builder queue(String id, String name, Ordering ordering) {
    Queue.Builder builder =
        encryption
            .apply(Queue.Builder.create(this, id))
            .queueName(name + ordering.suffix)
            .enforceSsl(true);
    // CloudFormation refuses an explicit "no" for a queue without order.
    return ordering == Ordering.PER_GROUP ? builder.fifo(true) : builder;
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
