package io.pullrescue.infra;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How the installation itself is run and watched.
 *
 * @param notificationEmail who is told; empty for nobody
 * @param chat whether there is a topic for a chat as well
 * @param encryptionKey the ARN of the KMS key of queues and topics; empty for the services' own
 * @param logRetention how long the functions' logs are kept
 * @param snapStart whether functions start from a snapshot
 */
record Operation(
    String notificationEmail,
    boolean chat,
    String encryptionKey,
    LogRetention logRetention,
    boolean snapStart) {
  static final Set<String> NAMES =
      Set.of("notificationEmail", "chat", "encryptionKey", "logRetentionDays", "snapStart");

  private static final Pattern EMAIL = Pattern.compile("|[^@\\s]+@[^@\\s]+\\.[^@\\s]+");
  private static final Pattern KEY =
      Pattern.compile("|arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+");

  static Operation from(Settings settings) {
    return new Operation(
        settings.matching("notificationEmail", EMAIL, "e-mail address"),
        settings.isOn("chat", "off"),
        settings.matching("encryptionKey", KEY, "ARN of a KMS key"),
        LogRetention.of(
            "logRetentionDays", settings.text("logRetentionDays", LogRetention.DEFAULT)),
        settings.isOn("snapStart", "off"));
  }

  Optional<String> email() {
    return Optional.of(notificationEmail).filter(address -> !address.isEmpty());
  }

  Optional<String> keyArn() {
    return Optional.of(encryptionKey).filter(arn -> !arn.isEmpty());
  }
}
