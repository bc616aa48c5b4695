package io.pullrescue.config;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the operator chose, as environment variables of the functions. Wrong settings stop a
 * function at its start, with the name of the variable and what it should be.
 */
public final class FunctionConfig {
  /** How far a rescue may go. */
  public enum Mode {
    /** Diagnose and report. */
    OBSERVE,
    /** Copy as well. */
    REPLICATE,
    /** Run the work again as well. */
    RESCUE
  }

  /** How much of an image is copied. */
  public enum PlatformSelection {
    /** All of it: the mirror's digest is the one that upstream has. */
    ALL,
    /** What the failed work runs on, under its own digest: two counted pulls at most. */
    NEEDED
  }

  /** A comma, but not the one before the second parameter of a login. */
  private static final Pattern CREDENTIALS_SEPARATOR = Pattern.compile(",(?! */)");

  private final Map<String, String> environment;

  public FunctionConfig(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  public Mode mode() {
    return enumValue("PULL_RESCUE_MODE", Mode.RESCUE);
  }

  public PlatformSelection platforms() {
    return enumValue("PULL_RESCUE_PLATFORMS", PlatformSelection.ALL);
  }

  public MirrorNaming mirror() {
    var upstreams = optional("PULL_RESCUE_UPSTREAMS");
    var prefixes = upstreams.map(FunctionConfig::prefixes).orElse(MirrorNaming.DEFAULT_PREFIXES);
    return new MirrorNaming(
        required("PULL_RESCUE_REGISTRY"),
        prefixes,
        new DenyList(list("PULL_RESCUE_DENIED_IMAGES")));
  }

  /** Who else may pull from the mirror. */
  public CrossAccountAccess crossAccountAccess() {
    return new CrossAccountAccess(
        list("PULL_RESCUE_PULL_ACCOUNTS"), optional("PULL_RESCUE_PULL_ORGANIZATION").orElse(""));
  }

  private static Map<String, String> prefixes(String upstreams) {
    return Arrays.stream(upstreams.split(",", -1))
        .map(String::strip)
        .collect(Collectors.toMap(host -> host, FunctionConfig::prefix));
  }

  private static String prefix(String host) {
    var prefix = MirrorNaming.DEFAULT_PREFIXES.get(host);
    if (prefix == null) {
      var allowed = MirrorNaming.DEFAULT_PREFIXES.keySet().stream().sorted().toList();
      throw invalid("PULL_RESCUE_UPSTREAMS", host, "a comma-separated list out of " + allowed);
    }
    return prefix;
  }

  /**
   * Registry host to what holds its credentials: the name or ARN of a secret, or {@code ssm:} and
   * the names of two parameters, with a comma between them.
   */
  public Map<String, String> credentials() {
    var secretsByRegistry = new LinkedHashMap<String, String>();
    var value = optional("PULL_RESCUE_CREDENTIALS").orElse("");
    for (var entry : CREDENTIALS_SEPARATOR.split(value, -1)) {
      if (!entry.isBlank()) {
        var parts = entry.strip().split("=", 2);
        if (parts.length < 2 || parts[1].isBlank()) {
          throw invalid(
              "PULL_RESCUE_CREDENTIALS", entry, "registry=secret or registry=ssm:/user,/password");
        }
        secretsByRegistry.put(parts[0], parts[1]);
      }
    }
    return secretsByRegistry;
  }

  /** How far retries may go. */
  public RetryConfig retryConfig() {
    var defaults = RetryConfig.DEFAULTS;
    return new RetryConfig(
        number("PULL_RESCUE_MAXIMUM_ATTEMPTS", defaults.maxRetries()),
        number("PULL_RESCUE_MAXIMUM_RETRIES_PER_HOUR", defaults.maxRetriesPerHour()),
        enumValue("PULL_RESCUE_PROJECT_CHANGES", defaults.projectUpdates()),
        imageSubstitution());
  }

  /** Which services and tasks on Amazon ECS may start from the copy. */
  public WorkloadRetryMode ecsRetry() {
    return enumValue("PULL_RESCUE_ECS", WorkloadRetryMode.OFF);
  }

  /** Which jobs on AWS Batch may be submitted again from the copy. */
  public WorkloadRetryMode batchRetry() {
    return enumValue("PULL_RESCUE_BATCH", WorkloadRetryMode.OFF);
  }

  /** One of the constants, written in small letters: {@code until-green}. */
  private <E extends Enum<E>> E enumValue(String name, E defaultValue) {
    var value = optional(name).orElse(toSettingValue(defaultValue));
    var constants = defaultValue.getDeclaringClass().getEnumConstants();
    return Arrays.stream(constants)
        .filter(candidate -> toSettingValue(candidate).equals(value))
        .findFirst()
        .orElseThrow(() -> {
          var allowed =
              Arrays.stream(constants)
                  .map(FunctionConfig::toSettingValue)
                  .collect(Collectors.joining(", "));
          return invalid(name, value, "one of " + allowed);
        });
  }

  private static String toSettingValue(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private int number(String name, int defaultValue) {
    var value = optional(name);
    if (value.filter(candidate -> !candidate.matches("[0-9]{1,3}")).isPresent()) {
      throw invalid(name, value.get(), "a number from 0 to 999");
    }
    return value.map(Integer::parseInt).orElse(defaultValue);
  }

  /** The largest image that is copied. */
  public long maxImageBytes() {
    var value = optional("PULL_RESCUE_MAXIMUM_IMAGE_GIGABYTES");
    if (value.filter(candidate -> !candidate.matches("[1-9][0-9]{0,4}")).isPresent()) {
      throw invalid("PULL_RESCUE_MAXIMUM_IMAGE_GIGABYTES", value.get(), "a number from 1 to 99999");
    }
    return value
        .map(gigabytes -> Long.parseLong(gigabytes) << 30)
        .orElse(CopyLimits.DEFAULT_MAX_IMAGE_BYTES);
  }

  /** How long a copy that nobody pulls stays at hand; 0 for ever. */
  public int archiveAfterDays() {
    var value = optional("PULL_RESCUE_ARCHIVE_AFTER_DAYS").orElse("0");
    if (!value.matches("[0-9]{1,4}")) {
      throw invalid("PULL_RESCUE_ARCHIVE_AFTER_DAYS", value, "a number from 0 to 9999");
    }
    return Integer.parseInt(value);
  }

  /** How a retried build comes to its copies. */
  private ImageSubstitution imageSubstitution() {
    return enumValue("PULL_RESCUE_COMMANDS", ImageSubstitution.MIRROR);
  }

  /** The login to Docker Hub that builds are given; empty where they need none. */
  public Optional<String> dockerHubSecret() {
    if (imageSubstitution() != ImageSubstitution.LOGIN) {
      return Optional.empty();
    }
    var secret = credentials().get("docker.io");
    if (secret == null) {
      throw invalid(
          "PULL_RESCUE_CREDENTIALS", "", "docker.io=..., as PULL_RESCUE_COMMANDS is login");
    }
    return Optional.of(secret);
  }

  /** Whether a probe build may read what no API reads. */
  public boolean probeBuilds() {
    var value = optional("PULL_RESCUE_PROBE_BUILDS").orElse("on");
    if (!value.equals("on") && !value.equals("off")) {
      throw invalid("PULL_RESCUE_PROBE_BUILDS", value, "on or off");
    }
    return value.equals("on");
  }

  /** The buckets whose sources may be read, {@code *} for any characters. */
  public List<String> sourceBuckets() {
    return list("PULL_RESCUE_SOURCE_BUCKETS");
  }

  /** The buckets in which logs of builds may be read, {@code *} for any characters. */
  public List<String> buildLogBuckets() {
    return list("PULL_RESCUE_BUILD_LOG_BUCKETS");
  }

  /** The secrets of workloads that may be read, by name or ARN, {@code *} for any characters. */
  public List<String> workloadPullSecrets() {
    return list("PULL_RESCUE_WORKLOAD_SECRETS");
  }

  private List<String> list(String name) {
    return Arrays.stream(optional(name).orElse("").split(",", -1))
        .map(String::strip)
        .filter(item -> !item.isEmpty())
        .toList();
  }

  public String eventBusName() {
    return optional("PULL_RESCUE_BUS").orElse("default");
  }

  public String replicationQueueUrl() {
    return required("PULL_RESCUE_REPLICATION_QUEUE_URL");
  }

  public String failureQueueUrl() {
    return required("PULL_RESCUE_FAILURES_QUEUE_URL");
  }

  private Optional<String> optional(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  private String required(String name) {
    return optional(name)
        .orElseThrow(
            () -> new IllegalStateException("the environment variable " + name + " is not set"));
  }

  private static IllegalStateException invalid(String name, String value, String expected) {
    return new IllegalStateException(name + " is '" + value + "'; it must be " + expected);
  }
}
