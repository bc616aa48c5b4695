package io.pullrescue.credentials;

import static java.util.stream.Collectors.toMap;

import io.pullrescue.registry.auth.RegistryCredentials;
import java.util.List;
import java.util.function.Supplier;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.Parameter;

/**
 * Logins in Systems Manager, as two parameters: {@code ssm:/hub/user,/hub/password}.
 *
 * <p>The client is made when it is needed: most operators keep their logins in Secrets Manager.
 */
public final class ParameterStoreCredentials {
  private static final String PREFIX = "ssm:";

  private final Supplier<SsmClient> clientSupplier;

  /** Parameters by clients from here; each is closed once it has answered. */
  public ParameterStoreCredentials(Supplier<SsmClient> clientSupplier) {
    this.clientSupplier = clientSupplier;
  }

  static boolean supports(String reference) {
    return reference.startsWith(PREFIX);
  }

  RegistryCredentials read(String reference) {
    var names = List.of(reference.substring(PREFIX.length()).split(",", 2));
    try (var ssm = clientSupplier.get()) {
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
        "the parameters %s are no login; store a user and a password in them"
            .formatted(String.join(" and ", names)));
  }
}
