package io.pullrescue.diagnosis.remediation;

import io.pullrescue.diagnosis.Evidence;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The IAM role that pulled. Unknown parts are placeholders.
 *
 * @param path the path before the name, with a slash at its end; empty if there is none
 */
record PullRole(String partition, String account, String path, String name) {
  /** The ARN of a role, or of its session; the latter does not contain the path. */
  private static final Pattern ARN =
      Pattern.compile(
          "arn:(aws[a-z-]{0,10}):(?:sts|iam)::([0-9]{12}):"
              + "(?:assumed-role/|role/((?:[\\w+=,.@-]{1,64}/){0,8}+))([\\w+=,.@-]{1,64})");

  /** Returns the role that the error message names, or else that of the context. */
  static PullRole of(Evidence evidence, AccountContext context) {
    return find(evidence.line()).orElseGet(() -> of(context));
  }

  /** Returns the role of the context. */
  static PullRole of(AccountContext context) {
    var arn = context.roleArn() == null ? "ROLE" : context.roleArn();
    return find(arn)
        .orElseGet(() ->
            new PullRole(
                AwsPartition.ofRegion(context.region()).id(),
                Objects.requireNonNullElse(context.account(), "ACCOUNT"),
                "",
                arn.substring(arn.lastIndexOf('/') + 1)));
  }

  private static Optional<PullRole> find(String text) {
    var arn = ARN.matcher(text);
    return arn.find()
        ? Optional.of(
            new PullRole(
                arn.group(1),
                arn.group(2),
                Objects.requireNonNullElse(arn.group(3), ""),
                arn.group(4)))
        : Optional.empty();
  }

  String arn() {
    return "arn:" + partition + ":iam::" + account + ":role/" + path + name;
  }
}
