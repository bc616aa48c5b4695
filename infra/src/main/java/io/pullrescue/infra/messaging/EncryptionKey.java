package io.pullrescue.infra.messaging;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;

/**
 * Encrypts queues, topics and log groups with the operator's KMS key, if there is one. The key's
 * policy must allow EventBridge, CloudWatch and SNS of this account to use it, or no message
 * arrives, and CloudWatch Logs, or no log group is created.
 *
 * <p>Without a key, topics are not encrypted, and keep no messages: to a topic with the key {@code
 * alias/aws/sns} CloudWatch cannot publish, because the policy of that key does not allow it and
 * cannot be changed. Queues and log groups are then encrypted by SQS and CloudWatch Logs.
 *
 * @see <a href="https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns">Alarms and
 *     encrypted topics</a>
 * @param key null for keys of the services
 */
public record EncryptionKey(@Nullable IKey key) {
  /** Imports the key. */
  public static EncryptionKey of(Construct scope, Optional<String> keyArn) {
    return new EncryptionKey(keyArn.map(arn -> Key.fromKeyArn(scope, "Key", arn)).orElse(null));
  }

  Queue.Builder encrypt(Queue.Builder queue) {
    return key == null
        ? queue.encryption(QueueEncryption.SQS_MANAGED)
        : queue.encryption(QueueEncryption.KMS).encryptionMasterKey(key);
  }

  Topic.Builder encrypt(Topic.Builder topic) {
    return key == null ? topic : topic.masterKey(key);
  }

  /** Grants what a sender or receiver of encrypted messages needs. */
  void grantUse(IGrantable grantee) {
    if (key != null) {
      key.grant(grantee.getGrantPrincipal(), "kms:Decrypt", "kms:GenerateDataKey");
    }
  }
}
