package io.pullrescue.config;

import java.util.List;

/**
 * Who else may pull from the mirror, besides the account that has it.
 *
 * @param accountIds the ids of accounts
 * @param organizationId the id of an organization of AWS Organizations; empty for none
 */
public record CrossAccountAccess(List<String> accountIds, String organizationId) {
  /** Nobody else. */
  public static final CrossAccountAccess NONE = new CrossAccountAccess(List.of(), "");

  /** Copies the list, so that it never changes. */
  public CrossAccountAccess {
    accountIds = List.copyOf(accountIds);
  }
}
