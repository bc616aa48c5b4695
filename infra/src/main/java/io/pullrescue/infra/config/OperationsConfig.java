package io.pullrescue.infra.config;

import io.pullrescue.infra.config.SettingsReader.Format;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.PermissionsBoundary;
import software.amazon.awscdk.services.logs.RetentionDays;

/**
 * Defines how the installation is run and monitored.
 *
 * @param notificationEmail the address that receives notifications; empty for none
 * @param chatNotifications whether there is a topic for a chat client as well
 * @param kmsKeyArn the KMS key of queues, topics, logs and new mirror repositories; empty for keys
 *     that AWS manages
 * @param logRetention how long the functions' logs and the record of events are kept
 * @param snapStart whether functions start from a snapshot
 * @param permissionsBoundary the name or ARN of the policy that limits all roles; empty for none
 */
public record OperationsConfig(
    String notificationEmail,
    boolean chatNotifications,
    String kmsKeyArn,
    RetentionDays logRetention,
    boolean snapStart,
    String permissionsBoundary) {
  private static final Map<Integer, RetentionDays> RETENTIONS =
      Map.of(
          7, RetentionDays.ONE_WEEK,
          14, RetentionDays.TWO_WEEKS,
          30, RetentionDays.ONE_MONTH,
          90, RetentionDays.THREE_MONTHS,
          180, RetentionDays.SIX_MONTHS,
          365, RetentionDays.ONE_YEAR);

  private static final Format EMAIL =
      new Format("[^@\\s]+@[^@\\s]+\\.[^@\\s]+", "an e-mail address");
  private static final Format KEY_ARN =
      new Format(
          "arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+",
          "the ARN of a KMS key, such as arn:aws:kms:eu-west-1:123456789012:key/1234abcd-...");

  private static final Format POLICY =
      new Format(
          "(arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/)?([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]+",
          "the name or ARN of an IAM policy, such as arn:aws:iam::123456789012:policy/boundary");

  static OperationsConfig read(SettingsReader settings) {
    var days = settings.integer("logRetentionDays", RETENTIONS.keySet(), 30);
    return new OperationsConfig(
        settings.text("notificationEmail", EMAIL),
        settings.flag("chatNotifications", false),
        settings.text("kmsKeyArn", KEY_ARN),
        RETENTIONS.getOrDefault(days, RetentionDays.ONE_MONTH),
        settings.flag("snapStart", false),
        settings.text("permissionsBoundary", POLICY));
  }

  /** Returns who gets notifications by e-mail. */
  public Optional<String> email() {
    return Optional.of(notificationEmail).filter(address -> !address.isEmpty());
  }

  /** Returns the policy that limits all roles of the stack. */
  public Optional<PermissionsBoundary> boundary() {
    return Optional.of(permissionsBoundary)
        .filter(policy -> !policy.isEmpty())
        .map(policy ->
            policy.startsWith("arn:") // A name has no colon.
                ? PermissionsBoundary.fromArn(policy)
                : PermissionsBoundary.fromName(policy));
  }

  /** Returns the ARN of the operator's KMS key. */
  public Optional<String> keyArn() {
    return Optional.of(kmsKeyArn).filter(arn -> !arn.isEmpty());
  }
}
