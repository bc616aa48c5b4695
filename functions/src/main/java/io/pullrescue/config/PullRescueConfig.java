package io.pullrescue.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds the settings that the functions read. The CDK app writes it as JSON into {@link
 * EnvironmentVariables#CONFIG}; each function gets only the properties that it uses, and an absent
 * property has its default.
 *
 * @param mode what pull-rescue does after a failure
 * @param mirror which images may be mirrored
 * @param credentials registry host to the reference of its credentials: the name or ARN of a
 *     secret, or {@code ssm:/user,/password}
 * @param platforms the platforms of an image that are mirrored
 * @param workloadPullSecrets names or ARNs of secrets, with wildcards, that task and job
 *     definitions may name as their repository credentials
 * @param replication how images are mirrored
 * @param buildLogBuckets the S3 buckets in which build logs may be read, with wildcards
 * @param retry how workloads are retried
 */
@JsonPropertyOrder({
  "mode",
  "mirror",
  "credentials",
  "platforms",
  "workloadPullSecrets",
  "replication",
  "buildLogBuckets",
  "retry"
})
public record PullRescueConfig(
    Mode mode,
    Mirror mirror,
    Map<String, String> credentials,
    PlatformSelection platforms,
    List<String> workloadPullSecrets,
    Replication replication,
    List<String> buildLogBuckets,
    RetryConfig retry) {
  /** The values of all settings that the operator leaves out. */
  public static final PullRescueConfig DEFAULTS =
      new PullRescueConfig(
          Mode.RESCUE,
          Mirror.DEFAULTS,
          Map.of(),
          PlatformSelection.ALL,
          List.of(),
          Replication.DEFAULTS,
          List.of(),
          RetryConfig.DEFAULTS);

  /** Replaces what the JSON leaves out by its default. */
  public PullRescueConfig {
    mode = orDefault(mode, Mode.RESCUE);
    mirror = orDefault(mirror, Mirror.DEFAULTS);
    credentials =
        Collections.unmodifiableMap(new LinkedHashMap<>(orDefault(credentials, Map.of())));
    platforms = orDefault(platforms, PlatformSelection.ALL);
    workloadPullSecrets = List.copyOf(orDefault(workloadPullSecrets, List.of()));
    replication = orDefault(replication, Replication.DEFAULTS);
    buildLogBuckets = List.copyOf(orDefault(buildLogBuckets, List.of()));
    retry = orDefault(retry, RetryConfig.DEFAULTS);
  }

  private static <T> T orDefault(@Nullable T value, T defaultValue) {
    return value == null ? defaultValue : value;
  }

  /**
   * Defines which images may be mirrored.
   *
   * @param upstreams the registries that images may come from
   * @param deniedImages images of these registries that are not mirrored, with wildcards
   * @param prefix begins the names of all mirror repositories; empty if they begin with the prefix
   *     of their upstream
   * @param pullFromAccount whether the repositories let all principals of the account pull
   */
  @JsonPropertyOrder({"upstreams", "deniedImages", "prefix", "pullFromAccount"})
  public record Mirror(
      @JsonProperty(required = true) List<String> upstreams,
      @JsonProperty(required = true) List<String> deniedImages,
      @JsonProperty(required = true) String prefix,
      @JsonProperty(required = true) boolean pullFromAccount) {
    /**
     * All known upstreams, no image denied, and a prefix that no pull-through cache rule has. The
     * prefixes of the upstreams alone are those that the ECR console suggests for such rules.
     */
    public static final Mirror DEFAULTS =
        new Mirror(
            List.copyOf(UpstreamRegistries.DEFAULT_PREFIXES.keySet()),
            List.of(),
            "pull-rescue",
            false);

    public Mirror {
      upstreams = List.copyOf(upstreams);
      deniedImages = List.copyOf(deniedImages);
    }

    /**
     * Returns upstream registry to repository prefix, for the upstreams that are supported, in
     * their order.
     */
    public Map<String, String> prefixes() {
      var prefixes = new LinkedHashMap<>(UpstreamRegistries.DEFAULT_PREFIXES);
      prefixes.keySet().retainAll(upstreams);
      prefixes.replaceAll((_, own) -> prefix.isEmpty() ? own : prefix + "/" + own);
      return Collections.unmodifiableMap(prefixes);
    }
  }

  /**
   * Defines how images are mirrored.
   *
   * @param maxImageSizeGiB the largest image that is mirrored
   * @param maxGigabytesPerDay what all copies of a day transfer together, in units of 10^9 bytes; 0
   *     for no limit
   * @param maxRateLimitedRequestsPerTrigger requests that count against the rate limit of an
   *     upstream, for all images of one failure together
   * @param maxConcurrentCopies how many images are copied at the same time
   * @param privateImages images that are mirrored although they cannot be read without credentials,
   *     with wildcards
   * @param archiveAfterDays after how many days without a pull ECR archives a mirrored image; 0 for
   *     never
   * @param pullThroughCachePrefixes prefixes of the account's pull-through cache rules that images
   *     may be copied through
   * @param sharedAccountIds other accounts that may pull from the mirror
   * @param sharedOrganizationId the organization whose accounts may pull from the mirror; empty for
   *     none
   * @param kmsKeyArn the KMS key of new repositories; empty for a key of Amazon S3
   */
  @JsonPropertyOrder({
    "maxImageSizeGiB",
    "maxGigabytesPerDay",
    "maxRateLimitedRequestsPerTrigger",
    "maxConcurrentCopies",
    "privateImages",
    "archiveAfterDays",
    "pullThroughCachePrefixes",
    "sharedAccountIds",
    "sharedOrganizationId",
    "kmsKeyArn"
  })
  public record Replication(
      @JsonProperty(required = true) int maxImageSizeGiB,
      @JsonProperty(required = true) int maxGigabytesPerDay,
      @JsonProperty(required = true) int maxRateLimitedRequestsPerTrigger,
      @JsonProperty(required = true) int maxConcurrentCopies,
      @JsonProperty(required = true) List<String> privateImages,
      @JsonProperty(required = true) int archiveAfterDays,
      @JsonProperty(required = true) List<String> pullThroughCachePrefixes,
      @JsonProperty(required = true) List<String> sharedAccountIds,
      @JsonProperty(required = true) String sharedOrganizationId,
      @JsonProperty(required = true) String kmsKeyArn) {
    /**
     * Images of twice the size of the largest ones in common use, a day's storage of which costs
     * $50 a month at most, a fifth of the pulls of a free Docker Hub account for one failure, four
     * copies at a time, no private image, and no other account. New accounts may run ten functions
     * at a time.
     *
     * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html">Lambda
     *     quotas</a>
     */
    public static final Replication DEFAULTS =
        new Replication(128, 500, 40, 4, List.of(), 90, List.of(), List.of(), "", "");

    public Replication {
      privateImages = List.copyOf(privateImages);
      pullThroughCachePrefixes = List.copyOf(pullThroughCachePrefixes);
      sharedAccountIds = List.copyOf(sharedAccountIds);
    }
  }
}
