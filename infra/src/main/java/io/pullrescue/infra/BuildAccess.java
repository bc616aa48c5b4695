package io.pullrescue.infra;

import java.util.List;
import java.util.Set;

/**
 * What may be read of builds: what they printed, and the buildspecs that they were to follow.
 *
 * @param logGroups the log groups that builds write to, with wildcards
 * @param logBuckets the buckets that builds write their logs to, with wildcards
 * @param probeBuilds whether a small build may print a buildspec that no API can read
 * @param sourceBuckets the buckets whose sources may be read, with wildcards
 */
record BuildAccess(
    List<String> logGroups,
    List<String> logBuckets,
    boolean probeBuilds,
    List<String> sourceBuckets) {
  static final Set<String> NAMES =
      Set.of("buildLogGroups", "buildLogBuckets", "probeBuilds", "sourceBuckets");

  BuildAccess {
    logGroups = List.copyOf(logGroups);
    logBuckets = List.copyOf(logBuckets);
    sourceBuckets = List.copyOf(sourceBuckets);
  }

  static BuildAccess from(Settings settings) {
    return new BuildAccess(
        settings.listOf(
            "buildLogGroups", "/aws/codebuild/*", "[A-Za-z0-9_/.#*-]{1,512}", "log group name"),
        buckets(settings, "buildLogBuckets"),
        settings.isOn("probeBuilds", "on"),
        buckets(settings, "sourceBuckets"));
  }

  /** As the functions read it: {@code logs,teams-*-logs}. */
  String logBucketsSetting() {
    return String.join(",", logBuckets);
  }

  /** As the functions read it. */
  String probeBuildsSetting() {
    return probeBuilds ? "on" : "off";
  }

  /** As the functions read it: {@code sources,teams-*}. */
  String sourceBucketsSetting() {
    return String.join(",", sourceBuckets);
  }

  private static List<String> buckets(Settings settings, String name) {
    return settings.listOf(
        name, "[a-z0-9*][a-z0-9.*-]{2,62}", "bucket name, nor one with wildcards");
  }
}
