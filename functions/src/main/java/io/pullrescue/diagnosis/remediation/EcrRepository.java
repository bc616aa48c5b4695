package io.pullrescue.diagnosis.remediation;

import io.pullrescue.image.EcrRegistry;
import io.pullrescue.image.ImageReference;
import java.util.Optional;
import java.util.regex.Pattern;

/** A repository in Amazon ECR. Account and region may be masked. */
record EcrRepository(EcrRegistry registry, String partition, String name) {
  private static final Pattern ARN =
      Pattern.compile(
          "arn:(aws[a-z-]{0,10}):ecr:([\\w-]{1,32}):([\\w-]{1,64}):repository/([\\w./-]{1,256})");

  /** Finds the ARN of a repository in an error message. */
  static Optional<EcrRepository> findInMessage(String line) {
    var arn = ARN.matcher(line);
    if (!arn.find()) {
      return Optional.empty();
    }
    var region = arn.group(2);
    var account = arn.group(3);
    var host = account + ".dkr.ecr." + region + "." + AwsPartition.ofRegion(region).dnsSuffix();
    return Optional.of(
        new EcrRepository(new EcrRegistry(account, region, host), arn.group(1), arn.group(4)));
  }

  /** Returns the repository of an image; empty if it is not in a private registry of ECR. */
  static Optional<EcrRepository> of(ImageReference image) {
    return EcrRegistry.parse(image.registry())
        .map(registry ->
            new EcrRepository(
                registry, AwsPartition.ofRegion(registry.region()).id(), image.repository()));
  }

  String account() {
    return registry.account();
  }

  String region() {
    return registry.region();
  }

  String host() {
    return registry.host();
  }

  String arn() {
    return "arn:" + partition + ":ecr:" + region() + ":" + account() + ":repository/" + name;
  }
}
