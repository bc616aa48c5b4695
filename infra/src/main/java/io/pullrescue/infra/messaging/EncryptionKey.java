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
 * Encrypts queues and topics with the operator's KMS key, if there is one. The key's policy must
 * allow EventBridge, CloudWatch and SNS of this account to use it, or no message arrives.
 *
 * @param key null for SQS-managed encryption; topics, which store no messages, are then unencrypted
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
