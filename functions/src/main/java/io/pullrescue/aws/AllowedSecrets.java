package io.pullrescue.aws;

import io.pullrescue.image.Printable;
import io.pullrescue.image.Wildcards;
import io.pullrescue.replication.WorkloadLogins;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

/**
 * The secrets of workloads that the operator lets us read, by name or ARN; {@code *} stands for any
 * characters.
 */
public final class AllowedSecrets implements WorkloadLogins {
  /** A secret's ARN ends with its name and six characters, which those who write it may leave. */
  private static final String NAME_IN_ARN = "(.+?)(-[A-Za-z0-9]{6})?";

  private final Wildcards allowed;
  private final Pattern here;
  private final SecretLogins logins;

  /** Secrets of these names in this account and region, and secrets of these ARNs. */
  public AllowedSecrets(List<String> allowed, String region, String account, SecretLogins logins) {
    this.allowed = new Wildcards(allowed);
    this.here =
        Pattern.compile(
            "arn:[^:]+:secretsmanager:%s:%s:secret:%s"
                .formatted(Pattern.quote(region), Pattern.quote(account), NAME_IN_ARN));
    this.logins = logins;
  }

  @Override
  public Found find(String secret) {
    if (spellings(secret).noneMatch(allowed::cover)) {
      return new Withheld(named(secret) + " is not among workloadSecrets");
    }
    try {
      return new Known(logins.read(secret));
    } catch (SecretsManagerException refused) {
      return new Withheld(named(secret) + " could not be read: " + Refusals.inWords(refused));
    } catch (IllegalStateException noLogin) {
      return new Withheld(named(secret) + " has no username and password in it");
    }
  }

  /** A name says as much as the ARN of the same secret, so that one of them is enough to allow. */
  private Stream<String> spellings(String secret) {
    var arn = here.matcher(secret);
    return arn.matches()
        ? Stream.of(secret, arn.group(1), secret.substring(arn.start(1)))
        : Stream.of(secret);
  }

  private static String named(String secret) {
    return "the secret %s, which its definition names,".formatted(Printable.of(secret));
  }
}
