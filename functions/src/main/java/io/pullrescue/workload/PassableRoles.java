package io.pullrescue.workload;

import io.pullrescue.text.WildcardMatcher;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides which IAM roles a retried task or job may have, as the role of the function does.
 *
 * @param patterns the setting {@code passRoles}: ARNs, or names with their path, with wildcards
 */
public record PassableRoles(List<String> patterns) {
  private static final String ARN_PREFIX = "arn:";
  private static final String RESOURCE_TYPE = ":role/";

  public PassableRoles {
    patterns = List.copyOf(patterns);
  }

  /**
   * Returns why a task or job with these roles cannot be started; empty if it can.
   *
   * @param roles ARNs or names; null for a role that the definition does not have
   */
  public Optional<String> blockingReason(Stream<@Nullable String> roles) {
    var matcher = new WildcardMatcher(patterns);
    return roles
        .filter(Objects::nonNull)
        .filter(role -> !role.isEmpty())
        .filter(role -> !matcher.matches(role) && !matcher.matches(nameWithPath(role)))
        .findFirst()
        .map(PassableRoles::nameWithPath)
        .map(role ->
            "it would run with the role %s, which pull-rescue may not pass; add %s to `passRoles`"
                .formatted(role, role));
  }

  private static String nameWithPath(String role) {
    return role.startsWith(ARN_PREFIX)
        ? role.substring(role.indexOf(RESOURCE_TYPE) + RESOURCE_TYPE.length())
        : role;
  }
}
