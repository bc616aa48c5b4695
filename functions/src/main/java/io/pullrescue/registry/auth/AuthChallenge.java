package io.pullrescue.registry.auth;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a registry wants to be authenticated with, from {@code WWW-Authenticate}.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">Distribution token
 *     authentication</a>
 */
public record AuthChallenge(String scheme, Map<String, String> parameters) {
  private static final Pattern PARAMETER =
      Pattern.compile("([A-Za-z_]++)=(?:\"([^\"]*+)\"|([^\\s,\"]++))");

  public AuthChallenge {
    parameters = Map.copyOf(parameters);
  }

  public static Optional<AuthChallenge> parse(String header) {
    var parts = header.strip().split("\\s+", 2);
    var scheme = parts[0].toLowerCase(Locale.ROOT);
    if (!scheme.equals("bearer") && !scheme.equals("basic")) {
      return Optional.empty();
    }
    var parameters = new HashMap<String, String>();
    var matcher = PARAMETER.matcher(parts.length > 1 ? parts[1] : "");
    while (matcher.find()) {
      var value = matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
      parameters.put(matcher.group(1).toLowerCase(Locale.ROOT), value);
    }
    return Optional.of(new AuthChallenge(scheme, parameters));
  }

  public boolean isBearer() {
    return scheme.equals("bearer");
  }

  public String realm() {
    return parameters.getOrDefault("realm", "");
  }

  public String service() {
    return parameters.getOrDefault("service", "");
  }
}
