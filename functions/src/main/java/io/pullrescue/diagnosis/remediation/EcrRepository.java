package io.pullrescue.diagnosis.remediation;

import io.pullrescue.image.ImageReference;
import java.util.Optional;
import java.util.regex.Pattern;

/** A repository in Amazon ECR, as the host of an image names it. Masked hosts are read as well. */
record EcrRepository(String account, String region, String name, String host) {
  private static final Pattern HOST =
      Pattern.compile("([^.]{1,64})\\.dkr\\.ecr\\.([^.]{1,32})\\.amazonaws\\.com(?:\\.cn)?");

  private static final Pattern ARN =
      Pattern.compile(
          "arn:aws[a-z-]{0,10}:ecr:([\\w-]{1,32}):([\\w-]{1,64}):repository/([\\w./-]{1,256})");

  /** The repository that a refusal names by its ARN. */
  static Optional<EcrRepository> findInMessage(String line) {
    var arn = ARN.matcher(line);
    if (!arn.find()) {
      return Optional.empty();
    }
    var host = arn.group(2) + ".dkr.ecr." + arn.group(1) + ".amazonaws.com";
    return Optional.of(new EcrRepository(arn.group(2), arn.group(1), arn.group(3), host));
  }

  static Optional<EcrRepository> of(ImageReference image) {
    var host = HOST.matcher(image.registry());
    return host.matches()
        ? Optional.of(
            new EcrRepository(host.group(1), host.group(2), image.repository(), image.registry()))
        : Optional.empty();
  }

  String arn() {
    return "arn:aws:ecr:" + region + ":" + account + ":repository/" + name;
  }
}
