package io.pullrescue.infra;

import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;

/**
 * What queues and topics are encrypted with. Its owner must let EventBridge, CloudWatch and SNS of
 * this account use a key of their own: nothing arrives otherwise.
 *
 * @param key null for SQS's own; a topic then has none, and holds nothing after delivery
 */
record Encryption(@Nullable IKey key) {
  static Encryption of(Construct scope, Operation operation) {
    return new Encryption(
        operation.keyArn().map(arn -> Key.fromKeyArn(scope, "Key", arn)).orElse(null));
  }

  Queue.Builder apply(Queue.Builder queue) {
    return key == null
        ? queue.encryption(QueueEncryption.SQS_MANAGED)
        : queue.encryption(QueueEncryption.KMS).encryptionMasterKey(key);
  }

  Topic.Builder apply(Topic.Builder topic) {
    return key == null ? topic : topic.masterKey(key);
  }
}
