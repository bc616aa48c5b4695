package io.pullrescue.aws;

import java.util.List;

/**
 * Who else may pull from the mirror, besides the account that has it.
 *
 * @param accounts the ids of accounts
 * @param organization the id of an organization of AWS Organizations; empty for none
 */
public record Sharing(List<String> accounts, String organization) {
  /** Nobody else. */
  public static final Sharing NONE = new Sharing(List.of(), "");

  /** Copies the list, so that it never changes. */
  public Sharing {
    accounts = List.copyOf(accounts);
  }
}
