package io.pullrescue.aws;

import static java.util.stream.Collectors.toMap;

import io.pullrescue.replication.Login;
import java.util.List;
import java.util.function.Supplier;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.Parameter;

/**
 * Logins in Systems Manager, as two parameters: {@code ssm:/hub/user,/hub/password}.
 *
 * <p>The client is made when it is needed: most operators keep their logins in Secrets Manager.
 */
public final class ParameterLogins {
  private static final String SCHEME = "ssm:";

  private final Supplier<SsmClient> clients;

  /** Parameters by clients from here; each is closed once it has answered. */
  public ParameterLogins(Supplier<SsmClient> clients) {
    this.clients = clients;
  }

  static boolean isMeantBy(String reference) {
    return reference.startsWith(SCHEME);
  }

  Login read(String reference) {
    var names = List.of(reference.substring(SCHEME.length()).split(",", 2));
    try (var ssm = clients.get()) {
      var values =
          ssm
              .getParameters(request -> request.names(names).withDecryption(true))
              .parameters()
              .stream()
              .collect(toMap(Parameter::name, Parameter::value));
      var user = values.getOrDefault(names.getFirst(), "");
      var password = values.getOrDefault(names.getLast(), "");
      if (names.size() == 2 && !user.isBlank() && !password.isBlank()) {
        return new Login(user, password);
      }
    }
    throw new IllegalStateException(
        "the parameters %s are no login; store a user and a password in them"
            .formatted(String.join(" and ", names)));
  }
}
