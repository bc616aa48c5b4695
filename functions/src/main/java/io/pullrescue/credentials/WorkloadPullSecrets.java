package io.pullrescue.credentials;

import io.pullrescue.aws.AwsErrors;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.text.TextSanitizer;
import io.pullrescue.text.WildcardMatcher;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

/**
 * Reads the secrets that task and job definitions name for the images of their containers, as far
 * as {@code workloadPullSecrets} allows them.
 */
public final class WorkloadPullSecrets {
  /** Six random characters follow the name in a secret's ARN; people may omit them. */
  private static final String ARN_NAME_PATTERN = "(.+?)(-[A-Za-z0-9]{6})?";

  private final WildcardMatcher allowed;
  private final Pattern localArnPattern;
  private final SecretsManagerCredentials credentials;

  /** The result of {@link #findPullSecret}. */
  public sealed interface PullSecretResult {}

  /** The secret contains credentials. */
  public record Found(RegistryCredentials credentials) implements PullSecretResult {}

  /** The secret is not allowed, cannot be read, or does not contain credentials. */
  public record Unavailable(String reason) implements PullSecretResult {}

  /**
   * Creates a reader.
   *
   * @param allowed secrets of this account and region by name, or any secrets by ARN; {@code *}
   *     matches any characters
   */
  public WorkloadPullSecrets(
      List<String> allowed, String region, String account, SecretsManagerCredentials credentials) {
    this.allowed = new WildcardMatcher(allowed);
    this.localArnPattern =
        Pattern.compile(
            "arn:[^:]+:secretsmanager:%s:%s:secret:%s"
                .formatted(Pattern.quote(region), Pattern.quote(account), ARN_NAME_PATTERN));
    this.credentials = credentials;
  }

  /**
   * Reads the credentials in a secret.
   *
   * @param secret the name or ARN in the definition
   */
  public PullSecretResult findPullSecret(String secret) {
    if (equivalentNames(secret).noneMatch(allowed::matches)) {
      return new Unavailable(
          describe(secret) + " was not used, because `workloadPullSecrets` does not allow it");
    }
    try {
      return new Found(credentials.read(secret));
    } catch (SecretsManagerException error) {
      return new Unavailable(describe(secret) + " could not be read: " + AwsErrors.describe(error));
    } catch (IllegalStateException noCredentials) {
      return new Unavailable(describe(secret) + " does not contain a username and a password");
    }
  }

  /** A name is equivalent to the ARN of the same secret, so allowing either of them suffices. */
  private Stream<String> equivalentNames(String secret) {
    var arn = localArnPattern.matcher(secret);
    return arn.matches()
        ? Stream.of(secret, arn.group(1), secret.substring(arn.start(1)))
        : Stream.of(secret);
  }

  private static String describe(String secret) {
    return "the secret %s of the definition".formatted(TextSanitizer.sanitize(secret));
  }
}
