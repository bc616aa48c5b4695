package io.pullrescue.registry;

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
record Challenge(String scheme, Map<String, String> parameters) {
  private static final Pattern PARAMETER =
      Pattern.compile("([A-Za-z_]++)=(?:\"([^\"]*+)\"|([^\\s,\"]++))");

  Challenge {
    parameters = Map.copyOf(parameters);
  }

  static Optional<Challenge> parse(String header) {
    var words = header.strip().split("\\s+", 2);
    var scheme = words[0].toLowerCase(Locale.ROOT);
    if (!scheme.equals("bearer") && !scheme.equals("basic")) {
      return Optional.empty();
    }
    var parameters = new HashMap<String, String>();
    var matcher = PARAMETER.matcher(words.length > 1 ? words[1] : "");
    while (matcher.find()) {
      var value = matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
      parameters.put(matcher.group(1).toLowerCase(Locale.ROOT), value);
    }
    return Optional.of(new Challenge(scheme, parameters));
  }

  boolean isBearer() {
    return scheme.equals("bearer");
  }

  String realm() {
    return parameters.getOrDefault("realm", "");
  }

  String service() {
    return parameters.getOrDefault("service", "");
  }
}
