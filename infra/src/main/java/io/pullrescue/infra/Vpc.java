package io.pullrescue.infra;

import java.util.List;
import java.util.Set;

/**
 * The part of the operator's own network that functions run in; without it, they run in Lambda's.
 * Nothing is made in it: its routes are the operator's.
 *
 * @param subnets the ids of subnets; empty for none
 * @param securityGroups the ids of security groups; empty for none
 */
record Vpc(List<String> subnets, List<String> securityGroups) {
  private static final String SUBNETS = "vpcSubnets";
  private static final String SECURITY_GROUPS = "vpcSecurityGroups";

  static final Set<String> NAMES = Set.of(SUBNETS, SECURITY_GROUPS);

  /** Eight digits in an old account, seventeen in all others. */
  private static final String DIGITS = "([0-9a-f]{8}|[0-9a-f]{17})";

  Vpc {
    subnets = List.copyOf(subnets);
    securityGroups = List.copyOf(securityGroups);
  }

  static Vpc from(Settings settings) {
    List<String> subnets =
        settings.listOf(
            SUBNETS, "subnet-" + DIGITS, "id of a subnet, such as subnet-0a1b2c3d4e5f67890");
    List<String> groups =
        settings.listOf(
            SECURITY_GROUPS,
            "sg-" + DIGITS,
            "id of a security group, such as sg-0a1b2c3d4e5f67890");
    if (subnets.isEmpty() && !groups.isEmpty()) {
      throw new SettingRefused(SECURITY_GROUPS, SUBNETS + " is needed as well");
    }
    if (groups.isEmpty() && !subnets.isEmpty()) {
      throw new SettingRefused(SUBNETS, SECURITY_GROUPS + " is needed as well");
    }
    return new Vpc(subnets, groups);
  }

  boolean isGiven() {
    return !subnets.isEmpty();
  }
}
