package io.pullrescue.infra.config;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Refers to the credentials of a registry: a secret in Secrets Manager by its name or ARN, or two
 * parameters in Systems Manager as {@code ssm:/user,/password}.
 *
 * @param text as the operator writes it
 */
public record CredentialReference(String text) {
  private static final Pattern SECRET_NAME = Pattern.compile("[A-Za-z0-9/_+=.@-]{1,512}");
  private static final Pattern SECRET_ARN =
      Pattern.compile(
          "arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]{1,520}");

  private static final String PARAMETER_SCHEME = "ssm:";
  private static final Pattern PARAMETERS =
      Pattern.compile(PARAMETER_SCHEME + "(/[A-Za-z0-9/_.-]{1,500}),(/[A-Za-z0-9/_.-]{1,500})");

  /** Returns whether the text has one of the three forms. */
  static boolean isValid(String text) {
    return Stream.of(SECRET_NAME, SECRET_ARN, PARAMETERS)
        .anyMatch(form -> form.matcher(text).matches());
  }

  /** Returns the names of the parameters; empty if this refers to a secret. */
  public List<String> parameterNames() {
    return text.startsWith(PARAMETER_SCHEME)
        ? List.of(text.substring(PARAMETER_SCHEME.length()).split(","))
        : List.of();
  }
}
