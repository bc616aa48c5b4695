package io.pullrescue.event.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import java.net.URLEncoder;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/** Links to the AWS console of the partition. Names are encoded: they may come from anybody. */
public final class ConsoleLink {
  private static final Pattern REGION = Pattern.compile("[a-z]{2}(-[a-z]{1,12}){1,3}-[0-9]");
  private static final Pattern ECR_HOST =
      Pattern.compile("([0-9]{12})\\.dkr\\.ecr\\.([a-z0-9-]+)\\.amazonaws\\.com(\\.cn)?");

  private ConsoleLink() {}

  static String of(Trigger.Build build, String region) {
    return page(
        region,
        "/codesuite/codebuild/projects/%s/build/%s/?region=%s",
        encode(build.project()),
        encode(build.id()),
        region);
  }

  /** Returns the page of a workload; empty if it has none, or if the region is not one. */
  public static Optional<String> of(Trigger trigger, String region) {
    if (!REGION.matcher(region).matches()) {
      return Optional.empty();
    }
    return switch (trigger) {
      case Trigger.Build build -> Optional.of(of(build, region));
      case Trigger.Task task ->
          Optional.of(
              page(
                  region,
                  "/ecs/v2/clusters/%s/tasks/%s?region=%s",
                  encode(lastPart(task.cluster())),
                  encode(lastPart(task.id())),
                  region));
      case Trigger.Job job ->
          Optional.of(
              page(region, "/batch/home?region=%s#jobs/detail/%s", region, encode(job.id())));
      case Trigger.Manual _, Trigger.Refresh _ -> Optional.empty();
    };
  }

  /** Returns the page of an ECS service. */
  public static Optional<String> ofService(String cluster, String service, String region) {
    return REGION.matcher(region).matches()
        ? Optional.of(
            page(
                region,
                "/ecs/v2/clusters/%s/services/%s?region=%s",
                encode(lastPart(cluster)),
                encode(service),
                region))
        : Optional.empty();
  }

  /** Returns the page of an image's repository in Amazon ECR; empty for another registry. */
  public static Optional<String> ofRepository(ImageReference image) {
    var host = ECR_HOST.matcher(image.registry());
    return host.matches() && REGION.matcher(host.group(2)).matches()
        ? Optional.of(
            page(
                host.group(2),
                "/ecr/repositories/private/%s/%s?region=%s",
                host.group(1),
                // The console shows the slashes of a name as they are.
                encode(image.repository()).replace("%2F", "/"),
                host.group(2)))
        : Optional.empty();
  }

  private static String page(String region, String path, String... parts) {
    return "https://" + region + "." + host(region) + path.formatted((Object[]) parts);
  }

  private static String lastPart(String arn) {
    return arn.substring(arn.lastIndexOf('/') + 1);
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
