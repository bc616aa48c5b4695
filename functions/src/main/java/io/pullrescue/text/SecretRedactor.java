package io.pullrescue.text;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hides what looks like a secret. Programs print passwords, tokens and signed URLs beside their
 * errors, and excerpts of their output go to logs, events, e-mails and chats.
 *
 * <p>A secret is recognized by its label, by the command or header that it belongs to, by the
 * prefix that its issuer gives it, or because it is long and random. A short password without a
 * label cannot be told from an ordinary word, and is not hidden.
 *
 * <p>All patterns take time proportional to the length of the text: what repeats is possessive or
 * has a limit, and no pattern begins with a repetition of its own first character.
 *
 * @see <a href="https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml">The token
 *     formats that gitleaks lists</a>
 * @see <a
 *     href="https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns">
 *     Those that GitHub lists</a>
 */
final class SecretRedactor {
  /** Stands for one hidden character; {@link TextSanitizer} has removed it from the text before. */
  private static final char MASK = '\0';

  private static final Pattern MASKED = Pattern.compile(MASK + "++");

  /** A value in quotes, or up to a blank or what ends a word in a shell. */
  private static final String VALUE = "(?:\"[^\"]++\"?+|'[^']++'?+|[^\\s\"';&|]++)";

  /** A value that is not an ARN, which names a secret and is none. */
  private static final String NO_ARN = "(?![\"']?arn:aws)";

  /** Words in names of secrets. */
  private static final String SECRET_WORD =
      "(?:pass(?!ed|es|ing)|pwd|secret|token|credential|signature|verify|auth(?!or)|api[_-]?key"
          + "|(?:access|account|private|signing|encryption|master|license|shared|client|ssh|deploy)[_-]?key)";

  /** The formats of tokens, by the prefixes of their issuers. */
  private static final List<String> ISSUED_TOKENS =
      List.of(
          // Amazon Web Services
          "(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{12,}+",
          "(?:ABSK|bedrock-api-key-|amzn\\.mws\\.)[A-Za-z0-9+/=-]{16,}+",
          // Letters, and a token behind an underscore or hyphen
          "(?:dckr_[po]at|gh[opusr]|github_pat|npm|hf|api_org|pnu|ntn|[srp]k_(?:live|test|prod)|whsec|shp[a-z]{2}|do[opr]_v1"
              + "|duffel_(?:live|test)|pscale_[a-z]{2,5}|gl(?:sa|c)|sntry[su]|lin_(?:api|oauth)|rubygems|rdme|sm_[aps]at|sgp"
              + "|shippo_(?:live|test)|fo1|fm1[ar]|fm2|nfp|CLOJARS)_(?=[a-z]{0,80}+[0-9A-Z])[\\w+/=-]{10,}+",
          "(?:gl(?:pat|rt|ptt|dt|ft|ffct|cbt|imt|agent|oas|soat)|xox[a-z]|xoxe\\.xox[bp]|xapp|PMAK|xkeysib|xsmtpsib|pplx|ico"
              + "|tk-us|p8e|fio-u|sq0[a-z]{3}|FLWSECK(?:_TEST)?|HRKU|tskey-[a-z]{2,8}|nvapi|pul|pypi|GOCSPX|NR(?:AK|JS|II|RA)"
              + "|API)-(?=[a-z-]{0,80}+[0-9A-Z])[\\w+/=.-]{10,}+",
          "sk-(?=[a-z0-9-]{0,80}+[A-Z])[\\w-]{16,}+",
          // A token directly behind its prefix
          "(?:AIza|ya29\\.|LTAI|AKCp|cmVmd|EZ[AT]K|ATATT3|ATCTT3|ATBB|EAAA|EAA[MC]|GR1348941|AGE-SECRET-KEY-1|sha256~|1//0)(?=[a-z]{0,80}+[0-9A-Z_-])[\\w=-]{10,}+",
          "(?:dapi|4b1d|key-|SK|AC)[0-9a-f]{32}",
          "(?:SG|hv[sbr]|dp\\.[a-z]{2,5}|dt0[a-z]\\d\\d|pat[A-Za-z0-9]{14})\\.(?=[a-z.]{0,80}+[0-9A-Z])[\\w.=-]{16,}+",
          "v1\\.0-[0-9a-f]{24}-[0-9a-f]{30,}+",
          "s\\.[A-Za-z0-9]{24}(?![\\w.])",
          "A3-[A-Z0-9]{6}-[A-Z0-9-]{16,}+",
          "[0-9a-f]{32}-us\\d{1,2}",
          "\\d{8,10}:AA[\\w-]{20,}+",
          "[MNO][\\w-]{23,27}\\.[\\w-]{6}\\.[\\w-]{27,}+",
          "[A-Za-z0-9_~.]{3}\\dQ~[\\w~.-]{16,}+",
          "[A-Za-z0-9]{14}\\.atlasv1\\.[\\w=-]{16,}+",
          "access_token\\$production\\$\\S++",
          // JSON web tokens, and other JSON in base64
          "ey[JI][A-Za-z0-9_-]{8,}+(?:\\.[\\w.-]++|(?<=[\\w-]{30})[+/=]*+)");

  /** Group 1 is what is kept before the secret; the rest of the match is hidden. */
  private static final List<Pattern> PATTERNS =
      List.of(
          // https://user:password@host, https://token@host; a password may have an @ in it
          Pattern.compile("(://)[^\\s/\"'<>]{1,300}(?=@(?!sha\\d))"),
          // The password has a slash in it, which a port has not.
          Pattern.compile("(://[^\\s/@:]{0,100}+:)(?!\\d{1,5}/)[^\\s@\"']{1,200}+(?=@(?!sha\\d))"),
          Pattern.compile(
              "((?i:\\bauthorization)\"?\\s?[:=]\\s?[\"']?(?i:bearer|basic|token|apikey|api-key|key|negotiate|digest)\\s)(?!realm=)[^\\s\"']++"),
          Pattern.compile(
              "((?i:\\bauthorization)\"?\\s?[:=]\\s?[\"']?)(?=[^\\s\"']{0,80}?\\d)[^\\s\"']{8,}+"),
          // Bearer ...; not a challenge, Bearer realm="..."
          Pattern.compile(
              "(\\b(?i:bearer|basic|token)\\s)(?!realm=|https?:)(?=[A-Za-z]{0,80}+[0-9._~+/=-])[A-Za-z0-9._~+/=-]{16,}+"),
          Pattern.compile("((?i:\\b(?:set-)?cookie)\\s?:\\s?)[^\"']++"),
          // X-Api-Key: ..., PRIVATE-TOKEN: ...
          Pattern.compile(
              "((?<![\\w-])(?i:x-[\\w-]{0,40}?(?:key|token|secret|auth|pass|signature|credential|api)[\\w-]{0,20}+|[a-z]{2,20}+-(?:token|key)|api-?key)\"?\\s?:\\s?[\"']?)"
                  + NO_ARN
                  + "[^\\s\"']++"),
          // NPM_TOKEN=..., --password=..., "token": "...", AccountKey=...
          Pattern.compile(
              "((?i:"
                  + SECRET_WORD
                  + "|(?<=[\\w-])key)[\\w.-]{0,40}+(?:\\s?:?=>?\\s?|\\\\?[\"']\\s?[:=]>?\\s?(?=\\\\?[\"'])))"
                  + NO_ARN
                  + "(?:\\\\[\"'][^\\\\\"']++|"
                  + VALUE
                  + ")"),
          Pattern.compile(
              "([?&](?i:sig|X-Amz-[\\w-]++|Policy|Key-Pair-Id|key|code|session|jwt)=)[^\\s\"'&]++"),
          // <password>...</password>
          Pattern.compile("(<[\\w.:-]{0,30}?(?i:password|passphrase|secret|token|key)>)[^<]++"),
          Pattern.compile("((?i:passw(?:or)?d|passphrase|(?<=[\\w-])pass|pwd)\\s?:\\s?)" + VALUE),
          // AWS_SECRET_ACCESS_KEY: ..., clientSecret: ...; only compound names and no prose,
          // because
          // after "token:" an error is as common as a token.
          Pattern.compile(
              "((?<=[\\w-])(?i:secret|token|key|credentials?|auth|salt)(?:_[A-Z0-9_]{1,20}+)?+\\s?:\\s?)(?![/:]|arn:aws|[a-z]{1,20}+ [a-z])"
                  + VALUE),
          Pattern.compile(
              "((?<![:\\w])(?i:token|secret|key|auth|credentials?)\\s?:\\s?)(?!sha\\d)(?=[A-Za-z]{0,80}+[0-9_+/=-])[\\w+/=~-]{16,}+(?![\\w:@.])"),
          // --password ..., --registry-token ...
          Pattern.compile(
              "(\\s--?[\\w-]{0,30}?(?i:password|passwd|passphrase|pass|pwd|token|secret|api-?key|access-key|oauth2-bearer)\\s++)"
                  + NO_ARN
                  + VALUE),
          Pattern.compile("(\\slogin\\s(?:[^;&|]{0,200}?\\s)?-p\\s?)" + VALUE),
          Pattern.compile(
              "(\\b(?:mysql|mariadb|mongo|sshpass|unzip|7z)\\w{0,10}+\\s(?:[^;&|]{0,200}?\\s)?-[pP]\\s?)"
                  + VALUE),
          Pattern.compile(
              "(\\b(?:redis-cli\\s(?:[^;&|]{0,200}?\\s)?-a|ldap\\w{3,10}+\\s(?:[^;&|]{0,200}?\\s)?-w)\\s?)"
                  + VALUE),
          Pattern.compile("(\\s(?:-u|--user)[\\s=]?[\"']?[^\\s:\"']{0,100}+:)[^\\s\"']++"),
          Pattern.compile("(\\bhtpasswd\\s(?:[^;&|]{0,200}?\\s)?-\\w{0,8}b\\w{0,8}\\s)[^;&|]++"),
          // openssl -passin pass:...
          Pattern.compile("(\\bpass:)[^\\s\"':]{3,}+"),
          Pattern.compile("(\\becho\\s)[^|]{1,200}+(?=\\|[^|]{1,200}?--password-stdin)"),
          Pattern.compile("((?i:\\baws_(?:secret_access_key|session_token))\\s++)\\S++"),
          // Addresses that are secrets.
          Pattern.compile(
              "(\\b(?:hooks\\.slack\\.com/[a-z]{1,20}+|discord(?:app)?\\.com/api/webhooks|webhook\\.office\\.com/webhookb2|outlook\\.office\\.com/webhook"
                  + "|chat\\.googleapis\\.com/v1/spaces|api\\.telegram\\.org|hooks\\.zapier\\.com/hooks|events\\.pagerduty\\.com/integration)/)[^\\s\"'<>]++"),
          // The rest of a key, or of the line.
          Pattern.compile("(-----BEGIN [A-Z0-9 ]{0,40}+(?<=PRIVATE KEY|KEY BLOCK)-----)[^-]++"),
          Pattern.compile("()(?<![A-Za-z0-9])(?:" + String.join("|", ISSUED_TOKENS) + ")"));

  /** A word that may be random. */
  private static final Pattern LONG_WORD =
      Pattern.compile("(?<![\\w+/~-])[A-Za-z0-9+/]{32,}+={0,2}+");

  /** Identifiers that are as long as tokens, in forms that no token has. */
  private static final Pattern IDENTIFIER =
      Pattern.compile(
          "arn:aws[a-z-]{0,10}+:[a-z0-9-]{2,40}+:[a-z0-9-]{0,30}+:[0-9a-z*]{0,12}+:[\\w+@.:/*-]++"
              + "|sha(?:256|512)[:_/-][0-9a-f/]{32,}+");

  /** Words before a number that is an identifier. */
  private static final Pattern IDENTIFIER_LABEL =
      Pattern.compile(
          "(?i)(?:task|digest|layer|container|commit|revision|image|tag|blob|sha|ref|head|trace|object|[ _-]id(?:-2)?)[\\s:=#\"'(]{1,3}$");

  private static final int MAX_LABEL_LENGTH = 24;

  private static final Pattern HEXADECIMAL = Pattern.compile("[0-9a-f]++|[0-9A-F]++");

  private static final int MIN_RANDOM_LENGTH = 40;

  /** The mean length of runs of one kind of character: about 1.6 in random words, 5 in names. */
  private static final int MAX_NAME_RUN_LENGTH = 4;

  private SecretRedactor() {}

  /** Returns the text with every secret replaced by {@code (hidden)}. */
  static String redact(String text) {
    return collapse(mask(text));
  }

  /**
   * Returns the text with every character of a secret masked, so that all others keep their index.
   */
  static String mask(String text) {
    var masked = text;
    for (var pattern : PATTERNS) {
      masked = pattern.matcher(masked).replaceAll(SecretRedactor::maskAfterGroup);
    }
    return maskRandomWords(masked);
  }

  /** Replaces each run of masked characters. */
  static String collapse(String masked) {
    return MASKED.matcher(masked).replaceAll("(hidden)");
  }

  private static String maskAfterGroup(MatchResult match) {
    return Matcher.quoteReplacement(match.group(1) + mask(match.end() - match.end(1)));
  }

  private static String mask(int length) {
    return String.valueOf(MASK).repeat(length);
  }

  /** Masks random words between identifiers. */
  private static String maskRandomWords(String text) {
    var result = new StringBuilder();
    var done = 0;
    var identifier = IDENTIFIER.matcher(text);
    while (identifier.find()) {
      var between = text.substring(done, identifier.start());
      result.append(maskLongWords(between)).append(identifier.group());
      done = identifier.end();
    }
    return result.append(maskLongWords(text.substring(done))).toString();
  }

  private static String maskLongWords(String text) {
    return LONG_WORD
        .matcher(text)
        .replaceAll(word ->
            isRandom(word.group()) && !isLabeledIdentifier(text, word)
                ? mask(word.end() - word.start())
                : word.group());
  }

  private static boolean isLabeledIdentifier(String text, MatchResult word) {
    var before = text.substring(Math.max(0, word.start() - MAX_LABEL_LENGTH), word.start());
    return IDENTIFIER_LABEL.matcher(before).find()
        || (before.matches(".*[:@.]") && isHexadecimal(word.group()));
  }

  /** Returns whether a word is a hexadecimal number or looks like random letters and digits. */
  private static boolean isRandom(String word) {
    return isHexadecimal(word) || (word.length() >= MIN_RANDOM_LENGTH && isMixed(word));
  }

  private static boolean isHexadecimal(String word) {
    return HEXADECIMAL.matcher(word).matches();
  }

  /** Random words change between capitals, other letters and digits far more often than names. */
  private static boolean isMixed(String word) {
    var upper = 0;
    var lower = 0;
    var digits = 0;
    var changes = 0;
    var last = Character.UNASSIGNED;
    for (var i = 0; i < word.length(); i++) {
      var type = (byte) Character.getType(word.charAt(i));
      switch (type) {
        case Character.UPPERCASE_LETTER -> upper++;
        case Character.LOWERCASE_LETTER -> lower++;
        case Character.DECIMAL_DIGIT_NUMBER -> digits++;
        default -> type = last;
      }
      changes += type == last ? 0 : 1;
      last = type;
    }
    return Math.min(upper, Math.min(lower, digits)) > 0
        && changes * MAX_NAME_RUN_LENGTH >= word.length();
  }
}
