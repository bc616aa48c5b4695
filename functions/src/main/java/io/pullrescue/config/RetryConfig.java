package io.pullrescue.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * Defines how workloads are retried.
 *
 * @param maxRetries retries of one failed workload, along its whole chain of retries
 * @param maxRetriesPerHour retries of one CodeBuild project within an hour
 * @param maxFailureAgeMinutes how long after its end a failed build is still retried
 * @param webhookGuards whether builds are retried whose buildspec reads variables that a retry
 *     lacks
 * @param imageSubstitution how a retried build finds its mirrored images
 * @param projectUpdates what may be changed in projects whose builds accept no overrides
 * @param probeBuilds whether a small build may print a buildspec that no API can read
 * @param sourceBuckets the S3 buckets in which build sources may be read, with wildcards
 * @param projects the CodeBuild projects whose builds are retried
 * @param ecsRetry the ECS services and tasks that are retried
 * @param batchRetry the Batch jobs that are retried
 * @param checkRoles whether the role of a build is simulated before a retry that pulls with it
 * @param passRoles the IAM roles that retried tasks and jobs may have, with wildcards
 */
@JsonPropertyOrder({
  "maxRetries",
  "maxRetriesPerHour",
  "maxFailureAgeMinutes",
  "webhookGuards",
  "imageSubstitution",
  "projectUpdates",
  "probeBuilds",
  "sourceBuckets",
  "projects",
  "ecsRetry",
  "batchRetry",
  "checkRoles",
  "passRoles"
})
public record RetryConfig(
    @JsonProperty(required = true) int maxRetries,
    @JsonProperty(required = true) int maxRetriesPerHour,
    @JsonProperty(required = true) int maxFailureAgeMinutes,
    @JsonProperty(required = true) WebhookGuards webhookGuards,
    @JsonProperty(required = true) ImageSubstitution imageSubstitution,
    @JsonProperty(required = true) ProjectUpdateMode projectUpdates,
    @JsonProperty(required = true) boolean probeBuilds,
    @JsonProperty(required = true) List<String> sourceBuckets,
    @JsonProperty(required = true) ProjectSelection projects,
    @JsonProperty(required = true) WorkloadRetryMode ecsRetry,
    @JsonProperty(required = true) WorkloadRetryMode batchRetry,
    @JsonProperty(required = true) boolean checkRoles,
    @JsonProperty(required = true) List<String> passRoles) {
  /**
   * The execution role that the console of ECS creates. It allows pulling from ECR and writing
   * logs.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html">Task
   *     execution role</a>
   */
  private static final String CONSOLE_EXECUTION_ROLE = "ecsTaskExecutionRole";

  /** Retries builds only, three times at most. */
  public static final RetryConfig DEFAULTS =
      new RetryConfig(
          3,
          20,
          60,
          WebhookGuards.SKIP,
          ImageSubstitution.MIRROR,
          ProjectUpdateMode.OFF,
          true,
          List.of(),
          ProjectSelection.ALL,
          WorkloadRetryMode.OFF,
          WorkloadRetryMode.OFF,
          true,
          List.of(CONSOLE_EXECUTION_ROLE));

  public RetryConfig {
    sourceBuckets = List.copyOf(sourceBuckets);
    passRoles = List.copyOf(passRoles);
  }
}
