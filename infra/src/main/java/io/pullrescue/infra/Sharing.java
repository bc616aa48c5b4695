package io.pullrescue.infra;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who may pull from the mirror besides this account.
 *
 * @param accounts the ids of accounts
 * @param organization the id of an organization; empty for none
 */
record Sharing(List<String> accounts, String organization) {
  static final Set<String> NAMES = Set.of("pullAccounts", "pullOrganization");

  private static final Pattern ORGANIZATION = Pattern.compile("|o-[a-z0-9]{10,32}");

  Sharing {
    accounts = List.copyOf(accounts);
  }

  static Sharing from(Settings settings) {
    return new Sharing(
        settings.listOf("pullAccounts", "[0-9]{12}", "account id, which has twelve digits"),
        settings.matching(
            "pullOrganization", ORGANIZATION, "id of an organization, such as o-a1b2c3d4e5"));
  }

  /** As the functions read it. */
  String accountsSetting() {
    return String.join(",", accounts);
  }
}
