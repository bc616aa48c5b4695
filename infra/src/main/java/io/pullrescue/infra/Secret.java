package io.pullrescue.infra;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Stack;

/**
 * Where a login is kept: a secret in Secrets Manager, by name or by ARN, or two parameters in
 * Systems Manager, as {@code ssm:/user,/password}. What is in them is never seen here.
 */
record Secret(String reference) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9/_+=.@-]{1,512}");
  private static final Pattern ARN =
      Pattern.compile(
          "arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]{1,520}");

  private static final String SCHEME = "ssm:";
  private static final Pattern PARAMETERS =
      Pattern.compile(SCHEME + "(/[A-Za-z0-9/_.-]{1,500}),(/[A-Za-z0-9/_.-]{1,500})");

  /** Six characters that Secrets Manager itself adds to the name in every ARN. */
  private static final String SUFFIX = "-??????";

  Secret {
    if (Stream.of(NAME, ARN, PARAMETERS).noneMatch(form -> form.matcher(reference).matches())) {
      throw new SettingRefused(
          "credentials",
          "'%s' is neither a secret's name nor its ARN nor ssm:/user,/password"
              .formatted(reference));
    }
  }

  boolean isInSystemsManager() {
    return reference.startsWith(SCHEME);
  }

  /** The resources that a policy names for a pair of parameters. */
  List<String> parameterArns(Stack stack) {
    return Stream.of(reference.substring(SCHEME.length()).split(","))
        .map(name ->
            stack.formatArn(
                ArnComponents.builder()
                    .service("ssm")
                    .resource("parameter")
                    .arnFormat(ArnFormat.SLASH_RESOURCE_NAME)
                    .resourceName(name.substring(1))
                    .build()))
        .toList();
  }

  /** The resource that a policy names for it: this secret and no other that starts alike. */
  String arn(Stack stack) {
    return arn(stack, reference);
  }

  /** The resource that a policy names for a secret of this name or ARN. */
  static String arn(Stack stack, String reference) {
    if (reference.startsWith("arn:")) { // No name has a colon in it.
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
