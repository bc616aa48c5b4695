package io.pullrescue.text;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Hides what looks like a secret. Programs print passwords, tokens and signed addresses beside
 * their errors; what is quoted from them goes to logs, events, e-mails and chats.
 *
 * <p>What cannot be told from an ordinary word stays: a password that nothing introduces.
 */
final class SecretRedactor {
  private static final String REPLACEMENT = "$1(hidden)";

  /** The words that name a secret, wherever a value follows. */
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
          // "token:" is followed by the error as often as by a token, "password:" is not
          Pattern.compile("((?i:passw(?:or)?d|passphrase)\\s?:\\s?)[^\\s\"',;]++"),
          Pattern.compile("(\\s--?(?i:password|token|secret)\\s)\\s*+\\S++"),
          Pattern.compile("(\\slogin\\s(?:[^;&|]{0,200}?\\s)?-p\\s?)[^\\s;&|]++"),
          Pattern.compile("(\\s(?:-u|--user)\\s?[^\\s:]++:)\\S++"),
          Pattern.compile("(\\b(?i:bearer|basic)\\s)[A-Za-z0-9._~+/=-]{16,}+"),
          // what the issuers of tokens begin them with
          Pattern.compile(
              "()\\b(?:(?:AKIA|ASIA)[A-Z0-9]{16}|(?:dckr|gh[pousr]|github_pat|glpat|npm|xox[abprs])[_-][A-Za-z0-9_-]{10,}+"
                  + "|eyJ[A-Za-z0-9_-]{8,}+\\.[A-Za-z0-9._-]++)"),
          // a long word of capitals, small letters and digits is nobody's name; digests have no
          // capitals
          Pattern.compile(
              "()\\b(?=[a-z0-9+]*+[A-Z])(?=[A-Z0-9+]*+[a-z])(?=[A-Za-z+]*+[0-9])[A-Za-z0-9+]{40,}+=*+"));

  private SecretRedactor() {}

  static String redact(String text) {
    var redacted = text;
    for (var pattern : PATTERNS) {
      redacted = pattern.matcher(redacted).replaceAll(REPLACEMENT);
    }
    return redacted;
  }
}
