package io.pullrescue.simulation;

import io.pullrescue.config.ImageSubstitution;
import io.pullrescue.config.Mode;
import io.pullrescue.config.ProjectSelection;
import io.pullrescue.config.ProjectUpdateMode;
import io.pullrescue.config.PullRescueConfig;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.config.WebhookGuards;
import io.pullrescue.config.WorkloadRetryMode;
import io.pullrescue.image.ImageReference;
import io.pullrescue.simulation.aws.Workload;
import java.util.List;

/**
 * What happens in a simulation, apart from the faults.
 *
 * @param works the workloads, with the minute of their first start
 * @param acts what people do
 * @param limitedMinutes how long the upstream limits the pulls of workloads
 * @param copiesLimitedMinutes how long it limits copies
 * @param absent images that the upstream does not have
 * @param large images whose copy takes two invocations
 */
record Scenario(
    Settings settings,
    List<Work> works,
    List<Act> acts,
    int limitedMinutes,
    int copiesLimitedMinutes,
    List<ImageReference> absent,
    List<ImageReference> large) {
  Scenario {
    works = List.copyOf(works);
    acts = List.copyOf(acts);
    absent = List.copyOf(absent);
    large = List.copyOf(large);
  }

  /** A workload and the minute in which it starts. */
  record Work(Workload workload, int minute) {}

  /**
   * What a person does.
   *
   * @param work the index of the workload that it concerns
   */
  record Act(Action action, int minute, int work) {}

  /** What people do in between. */
  enum Action {
    /** Starts the build, task or job again, or pushes, which starts the pipeline again. */
    START_AGAIN,
    /** Retries the failed stage. */
    RETRY_STAGE,
    /** Deploys a new revision of the service, or registers one of the family. */
    DEPLOY,
    /** Changes the image of the project. */
    CHANGE_IMAGE,
    /** Adds a command to the buildspec of the project. */
    CHANGE_BUILDSPEC,
    /** Pushes another image under the first tag that the workload uses. */
    MOVE_TAG,
    /** Sends a forged request for the retry of the newest build, task or job. */
    FORGE_RETRY,
    /** Sends a request that restores the project. */
    RESTORE,
    /** Builds other sources of the project very often. */
    BUILD_OFTEN,
    /** The schedule refreshes the mirror. */
    REFRESH
  }

  /** The settings of the deployment. */
  record Settings(
      Mode mode,
      int maxRetries,
      int maxRetriesPerHour,
      int maxRateLimitedRequests,
      ProjectUpdateMode projectUpdates,
      WorkloadRetryMode ecsRetry,
      WorkloadRetryMode batchRetry) {
    static final int MAX_FAILURE_AGE_MINUTES = 60;

    /** The settings with which everything is retried. */
    static final Settings ALL =
        new Settings(
            Mode.RESCUE,
            3,
            20,
            40,
            ProjectUpdateMode.UNTIL_SUCCESS,
            WorkloadRetryMode.ALL,
            WorkloadRetryMode.ALL);

    PullRescueConfig config() {
      var defaults = PullRescueConfig.DEFAULTS;
      var replication = defaults.replication();
      return new PullRescueConfig(
          mode,
          defaults.mirror(),
          defaults.credentials(),
          defaults.platforms(),
          defaults.workloadPullSecrets(),
          new PullRescueConfig.Replication(
              replication.maxImageSizeGiB(),
              replication.maxGigabytesPerDay(),
              maxRateLimitedRequests,
              replication.maxConcurrentCopies(),
              replication.privateImages(),
              replication.archiveAfterDays(),
              replication.pullThroughCachePrefixes(),
              replication.sharedAccountIds(),
              replication.sharedOrganizationId(),
              replication.kmsKeyArn()),
          defaults.buildLogBuckets(),
          new RetryConfig(
              maxRetries,
              maxRetriesPerHour,
              MAX_FAILURE_AGE_MINUTES,
              WebhookGuards.SKIP,
              ImageSubstitution.MIRROR,
              projectUpdates,
              false,
              List.of(),
              ProjectSelection.ALL,
              ecsRetry,
              batchRetry,
              RetryConfig.DEFAULTS.checkRoles(),
              RetryConfig.DEFAULTS.passRoles()));
    }
  }

  Scenario withWorks(List<Work> others) {
    return new Scenario(
        settings, others, acts, limitedMinutes, copiesLimitedMinutes, absent, large);
  }

  Scenario withActs(List<Act> others) {
    return new Scenario(
        settings, works, others, limitedMinutes, copiesLimitedMinutes, absent, large);
  }

  /** Returns a scenario with one workload and no people. */
  static Scenario of(Workload workload) {
    return new Scenario(
        Settings.ALL, List.of(new Work(workload, 1)), List.of(), 360, 0, List.of(), List.of());
  }
}
