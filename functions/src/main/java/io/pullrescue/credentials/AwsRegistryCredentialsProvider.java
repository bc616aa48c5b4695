package io.pullrescue.credentials;

import static java.util.stream.Collectors.toMap;

import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.registry.auth.RegistryCredentialsProvider;
import io.pullrescue.text.WildcardMatcher;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.Parameter;

/**
 * Finds credentials for the mirror in Amazon ECR, and for upstream registries in Secrets Manager or
 * Parameter Store.
 *
 * <p>The ECR token is requested for each copy and not cached: the request is fast, its quota is 500
 * per second, and a cached token could expire.
 */
public final class AwsRegistryCredentialsProvider implements RegistryCredentialsProvider {
  private static final String PARAMETER_PREFIX = "ssm:";

  private final String mirrorRegistry;
  private final EcrClient ecr;
  private final Map<String, String> credentialReferences;
  private final WildcardMatcher privateImages;
  private final SecretsManagerCredentials secretsManager;
  private final Supplier<SsmClient> ssmClientSupplier;

  /**
   * Creates a provider.
   *
   * @param credentialReferences registry, such as {@code docker.io}, to the name or ARN of a
   *     secret, or to {@code ssm:} and the names of two parameters, such as {@code
   *     ssm:/hub/user,/hub/password}
   * @param privateImages images that are mirrored although they cannot be read without credentials
   * @param ssmClientSupplier creates a client only if parameters are read; it is closed afterwards
   */
  public AwsRegistryCredentialsProvider(
      String mirrorRegistry,
      EcrClient ecr,
      Map<String, String> credentialReferences,
      WildcardMatcher privateImages,
      SecretsManagerCredentials secretsManager,
      Supplier<SsmClient> ssmClientSupplier) {
    this.mirrorRegistry = mirrorRegistry;
    this.ecr = ecr;
    this.credentialReferences = Map.copyOf(credentialReferences);
    this.privateImages = privateImages;
    this.secretsManager = secretsManager;
    this.ssmClientSupplier = ssmClientSupplier;
  }

  @Override
  public Optional<RegistryCredentials> resolveCredentials(String registry) {
    return registry.equals(mirrorRegistry)
        ? Optional.of(ecrCredentials())
        : Optional.ofNullable(credentialReferences.get(registry)).map(this::read);
  }

  @Override
  public boolean allowsPrivate(ImageReference image) {
    return privateImages.matches(image.name());
  }

  private RegistryCredentials ecrCredentials() {
    var token = ecr.getAuthorizationToken().authorizationData().getFirst().authorizationToken();
    var pair = new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8);
    var colon = pair.indexOf(':');
    return new RegistryCredentials(pair.substring(0, colon), pair.substring(colon + 1));
  }

  private RegistryCredentials read(String reference) {
    return reference.startsWith(PARAMETER_PREFIX)
        ? readParameters(List.of(reference.substring(PARAMETER_PREFIX.length()).split(",", 2)))
        : secretsManager.read(reference);
  }

  private RegistryCredentials readParameters(List<String> names) {
    try (var ssm = ssmClientSupplier.get()) {
      var values =
          ssm
              .getParameters(request -> request.names(names).withDecryption(true))
              .parameters()
              .stream()
              .collect(toMap(Parameter::name, Parameter::value));
      var user = values.getOrDefault(names.getFirst(), "");
      var password = values.getOrDefault(names.getLast(), "");
      if (names.size() == 2 && !user.isBlank() && !password.isBlank()) {
        return new RegistryCredentials(user, password);
      }
    }
    throw new IllegalStateException(
        "the parameters %s do not contain credentials; store a user name and a password in them"
            .formatted(String.join(" and ", names)));
  }
}
