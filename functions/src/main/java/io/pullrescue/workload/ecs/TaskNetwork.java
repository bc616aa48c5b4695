package io.pullrescue.workload.ecs;

import java.util.List;

/**
 * Where a task has its network interface, as whoever started it asked.
 *
 * @param securityGroups none where the default one of the VPC is meant
 * @param assignPublicIp {@code ENABLED} or {@code DISABLED}; empty where that was left to ECS
 */
public record TaskNetwork(
    List<String> subnets, List<String> securityGroups, String assignPublicIp) {
  /** Copies the lists, so that a network never changes. */
  public TaskNetwork {
    subnets = List.copyOf(subnets);
    securityGroups = List.copyOf(securityGroups);
  }
}
