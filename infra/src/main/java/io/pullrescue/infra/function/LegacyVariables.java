package io.pullrescue.infra.function;

import static io.pullrescue.config.ImageSubstitution.TAG;
import static java.util.stream.Collectors.joining;

import io.pullrescue.config.PullRescueConfig;
import io.pullrescue.config.RetryConfig;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Writes one environment variable per setting, as {@code io.pullrescue.lambda.Settings} reads them.
 * Delete this class, and its only use in {@link PullRescueFunction}, as soon as the functions read
 * {@code PULL_RESCUE_CONFIG}.
 */
final class LegacyVariables {
  private LegacyVariables() {}

  static Map<String, String> of(FunctionSpec function, PullRescueConfig config) {
    var variables = new LinkedHashMap<String, String>();
    variables.put("PULL_RESCUE_MODE", word(config.mode()));
    variables.put("PULL_RESCUE_UPSTREAMS", String.join(",", config.mirror().upstreams()));
    variables.put("PULL_RESCUE_DENIED_IMAGES", String.join(",", config.mirror().deniedImages()));
    if (function.reads("buildLogBuckets")) {
      variables.put("PULL_RESCUE_BUILD_LOG_BUCKETS", String.join(",", config.buildLogBuckets()));
    }
    if (function.reads("credentials")) {
      variables.put(
          "PULL_RESCUE_CREDENTIALS",
          config.credentials().entrySet().stream()
              .map(it -> it.getKey() + "=" + it.getValue())
              .collect(joining(",")));
    }
    if (function.reads("platforms")) {
      variables.put("PULL_RESCUE_PLATFORMS", word(config.platforms()));
    }
    if (function.reads("workloadPullSecrets")) {
      variables.put("PULL_RESCUE_WORKLOAD_SECRETS", String.join(",", config.workloadPullSecrets()));
    }
    if (function.reads("replication")) {
      var replication = config.replication();
      variables.put(
          "PULL_RESCUE_MAXIMUM_IMAGE_GIGABYTES", String.valueOf(replication.maxImageSizeGiB()));
      variables.put(
          "PULL_RESCUE_ARCHIVE_AFTER_DAYS", String.valueOf(replication.archiveAfterDays()));
      variables.put("PULL_RESCUE_PULL_ACCOUNTS", String.join(",", replication.sharedAccountIds()));
      variables.put("PULL_RESCUE_PULL_ORGANIZATION", replication.sharedOrganizationId());
    }
    if (function.reads("retry")) {
      addRetry(variables, config.retry());
    }
    return variables;
  }

  private static void addRetry(Map<String, String> variables, RetryConfig retry) {
    variables.put("PULL_RESCUE_MAXIMUM_ATTEMPTS", String.valueOf(retry.maxRetries()));
    variables.put(
        "PULL_RESCUE_MAXIMUM_RETRIES_PER_HOUR", String.valueOf(retry.maxRetriesPerHour()));
    variables.put(
        "PULL_RESCUE_PROJECT_CHANGES",
        switch (retry.projectUpdates()) {
          case OFF -> "off";
          case UNTIL_SUCCESS -> "until-green";
          case PERMANENT -> "kept";
        });
    variables.put("PULL_RESCUE_ECS", word(retry.ecsRetry()).replace("off", "report"));
    variables.put("PULL_RESCUE_BATCH", word(retry.batchRetry()).replace("off", "report"));
    variables.put(
        "PULL_RESCUE_COMMANDS",
        retry.imageSubstitution() == TAG ? "tags" : word(retry.imageSubstitution()));
    variables.put("PULL_RESCUE_PROBE_BUILDS", retry.probeBuilds() ? "on" : "off");
    variables.put("PULL_RESCUE_SOURCE_BUCKETS", String.join(",", retry.sourceBuckets()));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
