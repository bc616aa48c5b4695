package io.pullrescue.ecr;

import io.pullrescue.registry.auth.RegistryCredentials;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import software.amazon.awssdk.services.ecr.EcrClient;

/**
 * The login to our own Amazon ECR registry.
 *
 * <p>Asked for once a copy and not kept: it is one quick call of 500 a second that are allowed, and
 * nothing can go stale.
 */
public final class EcrCredentials {
  private final EcrClient ecr;

  /** The login of whoever this client acts for. */
  public EcrCredentials(EcrClient ecr) {
    this.ecr = ecr;
  }

  public RegistryCredentials credentials() {
    var token = ecr.getAuthorizationToken().authorizationData().getFirst().authorizationToken();
    var pair = new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8);
    var colon = pair.indexOf(':');
    return new RegistryCredentials(pair.substring(0, colon), pair.substring(colon + 1));
  }
}
