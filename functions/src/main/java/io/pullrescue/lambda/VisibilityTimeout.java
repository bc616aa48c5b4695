package io.pullrescue.lambda;

import java.time.Duration;
import java.util.Arrays;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.utils.Lazy;

/**
 * Delays the next delivery of a message, instead of waiting in a function that costs money.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html">
 *     ChangeMessageVisibility</a>
 */
final class VisibilityTimeout {
  /** SQS hides a message for at most twelve hours, counted from its delivery. */
  private static final Duration MAX_DELAY = Duration.ofHours(11).plusMinutes(40);

  private final Lazy<SqsClient> sqs;

  /** Creates the client when the first message is delayed. */
  VisibilityTimeout(Lazy<SqsClient> sqs) {
    this.sqs = sqs;
  }

  /** Hides a delivered message for this time, at most 11 hours and 40 minutes. */
  void extend(String queueArn, String receiptHandle, Duration delay) {
    var queueName = Arrays.asList(queueArn.split(":", -1)).getLast();
    var client = sqs.getValue();
    var url = client.getQueueUrl(request -> request.queueName(queueName)).queueUrl();
    var seconds = Math.clamp(delay.toSeconds(), 0, (int) MAX_DELAY.toSeconds());
    client.changeMessageVisibility(
        request -> request.queueUrl(url).receiptHandle(receiptHandle).visibilityTimeout(seconds));
  }
}
