package io.pullrescue.credentials;

import io.pullrescue.aws.AwsErrors;
import io.pullrescue.text.TextSanitizer;
import io.pullrescue.text.WildcardMatcher;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

/**
 * The secrets of workloads that the operator lets us read, by name or ARN; {@code *} stands for any
 * characters.
 */
public final class WorkloadPullSecrets implements WorkloadPullSecretsPort {
  /** A secret's ARN ends with its name and six characters, which those who write it may leave. */
  private static final String ARN_NAME_PATTERN = "(.+?)(-[A-Za-z0-9]{6})?";

  private final WildcardMatcher allowed;
  private final Pattern localArnPattern;
  private final SecretsManagerCredentials credentials;

  /** Secrets of these names in this account and region, and secrets of these ARNs. */
  public WorkloadPullSecrets(
      List<String> allowedNames,
      String region,
      String account,
      SecretsManagerCredentials credentials) {
    this.allowed = new WildcardMatcher(allowedNames);
    this.localArnPattern =
        Pattern.compile(
            "arn:[^:]+:secretsmanager:%s:%s:secret:%s"
                .formatted(Pattern.quote(region), Pattern.quote(account), ARN_NAME_PATTERN));
    this.credentials = credentials;
  }

  @Override
  public PullSecretResult findPullSecret(String secret) {
    if (equivalentNames(secret).noneMatch(allowed::matches)) {
      return new NotAllowed(describe(secret) + " is not among workloadSecrets");
    }
    try {
      return new Found(credentials.read(secret));
    } catch (SecretsManagerException error) {
      return new NotAllowed(describe(secret) + " could not be read: " + AwsErrors.describe(error));
    } catch (IllegalStateException noCredentials) {
      return new NotAllowed(describe(secret) + " has no username and password in it");
    }
  }

  /** A name says as much as the ARN of the same secret, so that one of them is enough to allow. */
  private Stream<String> equivalentNames(String secret) {
    var arn = localArnPattern.matcher(secret);
    return arn.matches()
        ? Stream.of(secret, arn.group(1), secret.substring(arn.start(1)))
        : Stream.of(secret);
  }

  private static String describe(String secret) {
    return "the secret %s, which its definition names,".formatted(TextSanitizer.sanitize(secret));
  }
}
