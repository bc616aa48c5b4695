package io.pullrescue.infra.messaging;

import io.pullrescue.config.QueueLimits;
import java.util.List;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.iam.Grant;
import software.amazon.awscdk.services.iam.GrantOnPrincipalOptions;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.sqs.DeadLetterQueue;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

/** Creates a queue for a function, and the dead-letter queue for what the function cannot do. */
public final class QueueWithDlq extends Construct {
  /** The functions count on it: they report a message before SQS would delete it. */
  private static final Duration RETENTION = Duration.days(QueueLimits.RETENTION.toDays());

  private final QueueProps props;
  private final Queue queue;
  private final Queue deadLetterQueue;

  /** Creates both queues. */
  public QueueWithDlq(Construct scope, String id, QueueProps props) {
    super(scope, id);
    this.props = props;
    deadLetterQueue = queue("DeadLetters", props.name() + "-dead-letters").build();
    queue =
        contentDeduplicated(queue("Queue", props.name()))
            .visibilityTimeout(props.consumer().visibilityTimeout())
            .deadLetterQueue(
                DeadLetterQueue.builder()
                    .queue(deadLetterQueue)
                    .maxReceiveCount(QueueLimits.MAX_RECEIVE_COUNT)
                    .build())
            .build();
  }

  private Queue.Builder queue(String id, String name) {
    var builder =
        props
            .encryptionKey()
            .encrypt(Queue.Builder.create(this, id))
            .queueName(props.fifo() ? name + ".fifo" : name)
            .retentionPeriod(RETENTION)
            .enforceSsl(true);
    // CloudFormation rejects FifoQueue: false.
    return props.fifo() ? builder.fifo(true) : builder;
  }

  /**
   * EventBridge requires it of a FIFO queue. The deduplication ids that functions send override it.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html">Target,
   *     SqsParameters</a>
   */
  private Queue.Builder contentDeduplicated(Queue.Builder queue) {
    return props.receivesEvents() && props.fifo() ? queue.contentBasedDeduplication(true) : queue;
  }

  /** Returns the properties of the queue. */
  public QueueProps props() {
    return props;
  }

  /** Returns the queue. */
  public Queue queue() {
    return queue;
  }

  /** Returns the dead-letter queue. */
  public Queue deadLetterQueue() {
    return deadLetterQueue;
  }

  /** Grants sending. {@link Queue#grantSendMessages} would allow reading the attributes as well. */
  public Grant grantSend(IGrantable grantee) {
    props.encryptionKey().grantUse(grantee);
    return Grant.addToPrincipal(
        GrantOnPrincipalOptions.builder()
            .grantee(grantee.getGrantPrincipal())
            .actions(List.of("sqs:SendMessage"))
            .resourceArns(List.of(queue.getQueueArn()))
            .build());
  }

  /** Returns the age of the oldest message. */
  public IMetric metricMessageAge() {
    return queue.metricApproximateAgeOfOldestMessage(maximum());
  }

  /** Returns the number of messages in the dead-letter queue. */
  public IMetric metricDeadLetters() {
    return deadLetterQueue.metricApproximateNumberOfMessagesVisible(maximum());
  }

  private MetricOptions maximum() {
    return MetricOptions.builder().label(props.name()).statistic("Maximum").build();
  }
}
