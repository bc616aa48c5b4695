package io.pullrescue.config;

import java.util.List;

/**
 * Allows other accounts to pull from the mirror.
 *
 * @param accountIds the ids of accounts
 * @param organizationId the id of an AWS organization; empty for none
 */
public record CrossAccountAccess(List<String> accountIds, String organizationId) {
  /** Allows no other account. */
  public static final CrossAccountAccess NONE = new CrossAccountAccess(List.of(), "");

  public CrossAccountAccess {
    accountIds = List.copyOf(accountIds);
  }
}
