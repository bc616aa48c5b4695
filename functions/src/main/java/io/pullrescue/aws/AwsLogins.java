package io.pullrescue.aws;

import io.pullrescue.replication.Login;
import io.pullrescue.replication.Logins;
import java.util.Map;
import java.util.Optional;

/** Logins kept in AWS: the mirror's from Amazon ECR, the upstreams' from Secrets Manager. */
public final class AwsLogins implements Logins {
  private final String mirror;
  private final EcrLogin ecr;
  private final Map<String, String> secrets;
  private final SecretLogins secretLogins;

  /**
   * Logins for the mirror's registry, and for each registry that a secret is named for.
   *
   * @param secrets registry, such as {@code docker.io}, to the name or ARN of its secret
   */
  public AwsLogins(
      String mirror, EcrLogin ecr, Map<String, String> secrets, SecretLogins secretLogins) {
    this.mirror = mirror;
    this.ecr = ecr;
    this.secrets = Map.copyOf(secrets);
    this.secretLogins = secretLogins;
  }

  @Override
  public Optional<Login> at(String registry) {
    return registry.equals(mirror)
        ? Optional.of(ecr.login())
        : Optional.ofNullable(secrets.get(registry)).map(secretLogins::read);
  }
}
