package io.pullrescue.infra;

import java.util.regex.Pattern;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Stack;

/** A secret in Secrets Manager, by name or by ARN; its value is never seen here. */
record Secret(String reference) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9/_+=.@-]{1,512}");
  private static final Pattern ARN =
      Pattern.compile(
          "arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]{1,520}");

  /** Six characters that Secrets Manager itself adds to the name in every ARN. */
  private static final String SUFFIX = "-??????";

  Secret {
    if (!NAME.matcher(reference).matches() && !ARN.matcher(reference).matches()) {
      throw new SettingRefused(
          "credentials", "'%s' is neither a secret's name nor its ARN".formatted(reference));
    }
  }

  /** The resource that a policy names for it: this secret and no other that starts alike. */
  String arn(Stack stack) {
    if (ARN.matcher(reference).matches()) {
      return reference;
    }
    return stack.formatArn(
        ArnComponents.builder()
            .service("secretsmanager")
            .resource("secret")
            .arnFormat(ArnFormat.COLON_RESOURCE_NAME)
            .resourceName(reference + SUFFIX)
            .build());
  }
}
