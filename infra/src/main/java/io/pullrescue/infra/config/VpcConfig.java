package io.pullrescue.infra.config;

import io.pullrescue.infra.config.SettingsReader.Format;
import java.util.List;

/**
 * Names the part of the operator's VPC that the functions run in; without it they run in Lambda's
 * own network. The stack creates nothing in the VPC, and its routes are the operator's.
 *
 * @param subnetIds empty for no VPC
 * @param securityGroupIds empty for no VPC
 */
public record VpcConfig(List<String> subnetIds, List<String> securityGroupIds) {
  private static final String SUBNETS = "subnetIds";
  private static final String SECURITY_GROUPS = "securityGroupIds";

  /** Accounts from before 2018 may have IDs of 8 digits. */
  private static final String DIGITS = "([0-9a-f]{8}|[0-9a-f]{17})";

  private static final Format SUBNET =
      new Format("subnet-" + DIGITS, "a subnet ID, such as subnet-0a1b2c3d4e5f67890");
  private static final Format SECURITY_GROUP =
      new Format("sg-" + DIGITS, "a security group ID, such as sg-0a1b2c3d4e5f67890");

  /** Copies the lists. */
  public VpcConfig {
    subnetIds = List.copyOf(subnetIds);
    securityGroupIds = List.copyOf(securityGroupIds);
  }

  static VpcConfig read(SettingsReader settings) {
    var vpc =
        new VpcConfig(
            settings.list(SUBNETS, SUBNET), settings.list(SECURITY_GROUPS, SECURITY_GROUP));
    requireBoth(settings, SUBNETS, SECURITY_GROUPS);
    requireBoth(settings, SECURITY_GROUPS, SUBNETS);
    return vpc;
  }

  private static void requireBoth(SettingsReader settings, String present, String absent) {
    if (!settings.items(present).isEmpty() && settings.items(absent).isEmpty()) {
      settings.problem(present, "functions in a VPC need %s as well".formatted(absent));
    }
  }

  /** Returns whether functions run in the operator's VPC. */
  public boolean isPresent() {
    return !subnetIds.isEmpty();
  }
}
