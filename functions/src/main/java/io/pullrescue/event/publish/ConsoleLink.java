package io.pullrescue.event.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pullrescue.event.Trigger;
import java.net.URLEncoder;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/** Links to the AWS console of the partition. */
final class ConsoleLink {
  private ConsoleLink() {}

  static String of(Trigger.Build build, String region) {
    return "https://%s.%s/codesuite/codebuild/projects/%s/build/%s/?region=%1$s"
        .formatted(region, host(region), encode(build.project()), encode(build.id()));
  }

  private static String host(String region) {
    return switch (PartitionMetadata.of(Region.of(region)).id()) {
      case "aws-cn" -> "console.amazonaws.cn";
      case "aws-us-gov" -> "console.amazonaws-us-gov.com";
      default -> "console.aws.amazon.com";
    };
  }

  private static String encode(String part) {
    return URLEncoder.encode(part, UTF_8).replace("+", "%20");
  }
}
