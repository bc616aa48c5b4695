package io.pullrescue.diagnosis.remediation;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the place where a pull failed; what is not known is said as a placeholder.
 *
 * @param account the AWS account of the work that failed
 * @param role the name of the IAM role that pulled
 * @param upstreams the registries that pull-rescue copies from
 */
public record AccountContext(
    @Nullable String account,
    @Nullable String region,
    @Nullable String role,
    Set<String> upstreams) {
  /** Copies the set, so that circumstances never change. */
  public AccountContext {
    upstreams = Set.copyOf(upstreams);
  }

  /** The same, where this role pulled; its ARN ends in its name. */
  public AccountContext withRole(@Nullable String roleArn) {
    return roleArn == null
        ? this
        : new AccountContext(
            account, region, roleArn.substring(roleArn.lastIndexOf('/') + 1), upstreams);
  }
}
