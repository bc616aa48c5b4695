package io.pullrescue.diagnosis.remediation;

import io.pullrescue.diagnosis.Evidence;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** The IAM role that pulled, as the registry's refusal or the circumstances name it. */
record PullRole(String account, String name) {
  private static final Pattern ROLE_ARN =
      Pattern.compile(
          "arn:aws[a-z-]{0,10}:(?:sts|iam)::([0-9]{12}):(?:assumed-role|role)/([\\w+=,.@-]{1,64})");

  static PullRole of(Evidence evidence, AccountContext context) {
    return findInMessage(evidence.text())
        .orElseGet(() ->
            new PullRole(
                Objects.requireNonNullElse(context.account(), "ACCOUNT"),
                Objects.requireNonNullElse(context.role(), "ROLE")));
  }

  private static Optional<PullRole> findInMessage(String line) {
    var arn = ROLE_ARN.matcher(line);
    return arn.find() ? Optional.of(new PullRole(arn.group(1), arn.group(2))) : Optional.empty();
  }

  String arn() {
    return "arn:aws:iam::" + account + ":role/" + name;
  }
}
