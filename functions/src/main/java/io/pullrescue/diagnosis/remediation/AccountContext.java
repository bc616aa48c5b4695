package io.pullrescue.diagnosis.remediation;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Describes where a pull failed. Printed commands have placeholders for what is not known.
 *
 * @param account the ID of the AWS account that pull-rescue runs in; null for the local command
 * @param region the AWS Region, such as {@code eu-west-1}
 * @param roleArn the ARN of the IAM role that pulled
 * @param upstreams the registries that pull-rescue copies images from
 */
public record AccountContext(
    @Nullable String account,
    @Nullable String region,
    @Nullable String roleArn,
    Set<String> upstreams) {
  public AccountContext {
    upstreams = Set.copyOf(upstreams);
  }

  /** Returns the same context with the role that pulled, unless that is not known. */
  public AccountContext withRole(@Nullable String newRoleArn) {
    return newRoleArn == null ? this : new AccountContext(account, region, newRoleArn, upstreams);
  }

  /** Returns whether pull-rescue is deployed and can act on a diagnosis. */
  boolean isDeployed() {
    return account != null;
  }
}
