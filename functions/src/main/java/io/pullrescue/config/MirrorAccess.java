package io.pullrescue.config;

import java.util.List;

/**
 * Allows accounts to pull from the mirror by the policies of its repositories.
 *
 * @param ownAccount whether all principals of the mirror's account can pull without a policy of
 *     their own
 * @param accountIds the ids of other accounts
 * @param organizationId the id of an AWS organization; empty for none
 */
public record MirrorAccess(boolean ownAccount, List<String> accountIds, String organizationId) {
  /** Allows no account. */
  public static final MirrorAccess NONE = new MirrorAccess(false, List.of(), "");

  public MirrorAccess {
    accountIds = List.copyOf(accountIds);
  }
}
