package io.pullrescue.diagnosis;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** The IAM role that pulled, as the registry's refusal or the circumstances name it. */
record PullingRole(String account, String name) {
  private static final Pattern IN_MESSAGE =
      Pattern.compile(
          "arn:aws[a-z-]{0,10}:(?:sts|iam)::([0-9]{12}):(?:assumed-role|role)/([\\w+=,.@-]{1,64})");

  static PullingRole of(Evidence evidence, Circumstances circumstances) {
    return inMessage(evidence.line())
        .orElseGet(() ->
            new PullingRole(
                Objects.requireNonNullElse(circumstances.account(), "ACCOUNT"),
                Objects.requireNonNullElse(circumstances.role(), "ROLE")));
  }

  private static Optional<PullingRole> inMessage(String line) {
    var arn = IN_MESSAGE.matcher(line);
    return arn.find() ? Optional.of(new PullingRole(arn.group(1), arn.group(2))) : Optional.empty();
  }

  String arn() {
    return "arn:aws:iam::" + account + ":role/" + name;
  }
}
