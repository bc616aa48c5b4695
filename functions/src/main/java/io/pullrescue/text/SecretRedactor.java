package io.pullrescue.text;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Redacts what looks like a secret. Programs print passwords, tokens and signed URLs beside their
 * errors, and excerpts of their output go to logs, events, e-mails and chats.
 *
 * <p>A password without a label cannot be told from an ordinary word, and is not redacted.
 */
final class SecretRedactor {
  private static final String REPLACEMENT = "$1(hidden)";

  /** Labels of secrets. */
  private static final String SECRET_NAME =
      "(?:passw(?:or)?d|passphrase|secret|token|signature|credential|api[_-]?key|access[_-]?key|private[_-]?key|verify)";

  private static final List<Pattern> PATTERNS =
      List.of(
          // https://user:password@host
          Pattern.compile("(://)[^/\\s:@]*+:[^/\\s@]++(?=@)"),
          // ?X-Amz-Signature=..., GITHUB_TOKEN=..., --password=..., "token": "..."
          Pattern.compile(
              "((?i:"
                  + SECRET_NAME
                  + ")[\\w-]{0,40}+(?:\\s?=\\s?[\"']?|[\"']\\s?:\\s?[\"']))[^\\s\"'&,;]++"),
          Pattern.compile("([?&](?i:sig|X-Amz-[\\w-]++|Policy|Key-Pair-Id)=)[^\\s\"'&]++"),
          // Only passwords: after "token:" an error is as common as a token.
          Pattern.compile("((?i:passw(?:or)?d|passphrase)\\s?:\\s?)[^\\s\"',;]++"),
          Pattern.compile("(\\s--?(?i:password|token|secret)\\s)\\s*+\\S++"),
          Pattern.compile("(\\slogin\\s(?:[^;&|]{0,200}?\\s)?-p\\s?)[^\\s;&|]++"),
          Pattern.compile("(\\s(?:-u|--user)\\s?[^\\s:]++:)\\S++"),
          Pattern.compile("(\\b(?i:bearer|basic)\\s)[A-Za-z0-9._~+/=-]{16,}+"),
          // Prefixes of issuers.
          Pattern.compile(
              "()\\b(?:(?:AKIA|ASIA)[A-Z0-9]{16}|(?:dckr|gh[pousr]|github_pat|glpat|npm|xox[abprs])[_-][A-Za-z0-9_-]{10,}+"
                  + "|eyJ[A-Za-z0-9_-]{8,}+\\.[A-Za-z0-9._-]++)"),
          // A long word of upper-case letters, lower-case letters and digits is not a name. Digests
          // have no upper-case letters.
          Pattern.compile(
              "()\\b(?=[a-z0-9+]*+[A-Z])(?=[A-Z0-9+]*+[a-z])(?=[A-Za-z+]*+[0-9])[A-Za-z0-9+]{40,}+=*+"));

  private SecretRedactor() {}

  /** Returns the text with every secret replaced by {@code (hidden)}. */
  static String redact(String text) {
    var redacted = text;
    for (var pattern : PATTERNS) {
      redacted = pattern.matcher(redacted).replaceAll(REPLACEMENT);
    }
    return redacted;
  }
}
