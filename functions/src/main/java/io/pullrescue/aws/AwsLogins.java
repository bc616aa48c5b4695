package io.pullrescue.aws;

import io.pullrescue.replication.Login;
import io.pullrescue.replication.Logins;
import java.util.Map;
import java.util.Optional;

/**
 * Logins kept in AWS: the mirror's from Amazon ECR, the upstreams' from where the operator put
 * them.
 */
public final class AwsLogins implements Logins {
  private final String mirror;
  private final EcrLogin ecr;
  private final Map<String, String> references;
  private final SecretLogins secrets;
  private final ParameterLogins parameters;

  /**
   * Logins for the mirror's registry, and for each registry that one is named for.
   *
   * @param references registry, such as {@code docker.io}, to the name or ARN of its secret, or to
   *     {@code ssm:} and the names of two parameters
   */
  public AwsLogins(
      String mirror,
      EcrLogin ecr,
      Map<String, String> references,
      SecretLogins secrets,
      ParameterLogins parameters) {
    this.mirror = mirror;
    this.ecr = ecr;
    this.references = Map.copyOf(references);
    this.secrets = secrets;
    this.parameters = parameters;
  }

  @Override
  public Optional<Login> at(String registry) {
    return registry.equals(mirror)
        ? Optional.of(ecr.login())
        : Optional.ofNullable(references.get(registry)).map(this::read);
  }

  private Login read(String reference) {
    return ParameterLogins.isMeantBy(reference)
        ? parameters.read(reference)
        : secrets.read(reference);
  }
}
