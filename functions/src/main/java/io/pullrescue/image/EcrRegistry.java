package io.pullrescue.image;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A private registry in Amazon ECR, as its host name describes it.
 *
 * @param account the ID of its AWS account, or the text that masks it
 * @param region its AWS Region, or the text that masks it
 * @param host the host name
 * @see <a href="https://docs.aws.amazon.com/general/latest/gr/ecr.html">Amazon ECR endpoints</a>
 */
public record EcrRegistry(String account, String region, String host) {
  /** The DNS suffixes of all AWS partitions. */
  private static final String SUFFIX =
      "(?:amazonaws\\.(?:com(?:\\.cn)?|eu)|c2s\\.ic\\.gov|sc2s\\.sgov\\.gov|cloud\\.adc-e\\.uk"
          + "|csp\\.hci\\.ic\\.gov)";

  private static final String DUAL_STACK_SUFFIX =
      "on\\.(?:aws|amazonwebservices\\.(?:com\\.cn|eu))";

  private static final Pattern HOST =
      Pattern.compile(
          "(?<account>[^.]{1,64})\\.(?:"
              + ("dkr\\.ecr(?:-fips)?\\.(?<region>[^.]{1,32})\\." + SUFFIX)
              + "|"
              + ("dkr-ecr(?:-fips)?\\.(?<dual>[^.]{1,32})\\." + DUAL_STACK_SUFFIX)
              + ")");

  /** Parses a host name with IPv4, dual-stack or FIPS endpoint; empty for other hosts. */
  public static Optional<EcrRegistry> parse(String host) {
    var parts = HOST.matcher(host);
    if (!parts.matches()) {
      return Optional.empty();
    }
    var region = parts.group("region") == null ? parts.group("dual") : parts.group("region");
    return Optional.of(new EcrRegistry(parts.group("account"), region, host));
  }
}
