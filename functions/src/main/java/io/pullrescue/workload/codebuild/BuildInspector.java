package io.pullrescue.workload.codebuild;

import static java.util.Comparator.naturalOrder;

import io.pullrescue.image.Platform;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildPhase;
import software.amazon.awssdk.services.codebuild.model.EnvironmentType;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariableType;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.ProjectEnvironment;
import software.amazon.awssdk.services.codebuild.model.StatusType;

/**
 * Interprets the record of a build.
 *
 * @see <a href="https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Build.html">Build</a>
 */
final class BuildInspector {
  /**
   * The initiator of a webhook's build is the name with which its sender introduces itself: {@code
   * GitHub-Hookshot/8f2c1d7}, as records of builds show. Those of Bitbucket and GitLab are not
   * documented; these are the names of their senders.
   *
   * @see <a
   *     href="https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers">
   *     GitHub</a>
   * @see <a href="https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/">Bitbucket</a>
   */
  private static final String GITHUB_INITIATOR = "GitHub-Hookshot";

  private static final List<String> WEBHOOK_INITIATORS =
      List.of(GITHUB_INITIATOR, "Bitbucket-Webhooks", "GitLab");

  private static final String PIPELINE_PREFIX = "codepipeline/";

  /** A pipeline and a rule of EventBridge. */
  private static final List<String> OTHER_SERVICES = List.of(PIPELINE_PREFIX, "rule/");

  private static final Set<EnvironmentType> MACHINES_WITH_DOCKER =
      Set.of(EnvironmentType.LINUX_EC2, EnvironmentType.ARM_EC2);

  private BuildInspector() {}

  /**
   * Returns whether a session of a role started the build, which CodeBuild records as {@code
   * role/session}. Names of users contain no slash, and the names of roles are unique.
   */
  static boolean isStartedBy(Build build, String role) {
    return build.initiator() != null && build.initiator().startsWith(role + "/");
  }

  /** Returns whether the build was certainly started by a webhook. */
  static boolean isStartedByWebhook(Build build) {
    return WEBHOOK_INITIATORS.stream().anyMatch(name -> hasInitiator(build, name));
  }

  /**
   * Returns whether the build was started by who says if it is of a pull request: GitHub, a
   * pipeline, or a user. The names of users contain no slash.
   */
  static boolean isStartedByTrusted(Build build) {
    var initiator = build.initiator();
    return hasInitiator(build, GITHUB_INITIATOR)
        || (initiator != null
            && (initiator.startsWith(PIPELINE_PREFIX) || initiator.indexOf('/') < 0)
            && !isStartedByWebhook(build));
  }

  private static boolean hasInitiator(Build build, String name) {
    var initiator = build.initiator();
    return initiator != null && (initiator.equals(name) || initiator.startsWith(name + "/"));
  }

  /**
   * Returns whether the build may have been started by a webhook: the session of a role has the
   * same form, if the project has a webhook.
   */
  static boolean mayBeStartedByWebhook(Build build, Project project) {
    var initiator = build.initiator();
    return isStartedByWebhook(build)
        || (project.webhook() != null
            && initiator != null
            && initiator.contains("/")
            && OTHER_SERVICES.stream().noneMatch(name -> initiator.startsWith(name)));
  }

  /** Returns the environment variables of a build without those of pull-rescue. */
  static List<EnvironmentVariable> ownVariables(Build build) {
    return build.environment().environmentVariables().stream()
        .filter(variable -> !variable.name().startsWith("PULL_RESCUE_"))
        .toList();
  }

  /**
   * Returns whether the build ended with an error; false for a build that was stopped or timed out.
   */
  static boolean hasFailed(Build build) {
    return build.buildStatus() == StatusType.FAILED || build.buildStatus() == StatusType.FAULT;
  }

  /** Returns the value of a plaintext environment variable. */
  static Optional<String> plaintextVariable(Build build, String name) {
    return build.environment().environmentVariables().stream()
        .filter(variable -> variable.name().equals(name) && isPlaintext(variable))
        .map(EnvironmentVariable::value)
        .findFirst();
  }

  private static boolean isPlaintext(EnvironmentVariable variable) {
    return variable.type() == null || variable.type() == EnvironmentVariableType.PLAINTEXT;
  }

  /** Returns the platform of the build's host, which the environment type begins with. */
  static Platform platform(Build build) {
    var type = build.environment().typeAsString();
    if (type.startsWith("WINDOWS")) {
      return new Platform("windows", "amd64", null);
    }
    return new Platform("linux", isArm(build.environment()) ? "arm64" : "amd64", null);
  }

  /** Returns whether the build's host has an ARM processor: ARM_..., and MAC_ARM. */
  static boolean isArm(ProjectEnvironment environment) {
    var type = environment.typeAsString();
    return type.startsWith("ARM") || type.startsWith("MAC");
  }

  /**
   * Returns whether the settings of the build give it a Docker daemon. Images of machines have one
   * without privileged mode, and a Docker server is one.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html">
   *     Compute modes and types</a>
   */
  static boolean mayUseDocker(Build build) {
    var environment = build.environment();
    return Boolean.TRUE.equals(environment.privilegedMode())
        || environment.dockerServer() != null
        || MACHINES_WITH_DOCKER.contains(environment.type());
  }

  /** Returns the start of the build; empty if the record has no times. */
  static Optional<Instant> startTime(Build build) {
    return Optional.ofNullable(build.startTime()).or(() -> firstPhaseStart(build));
  }

  private static Optional<Instant> firstPhaseStart(Build build) {
    return build.phases().stream()
        .map(BuildPhase::startTime)
        .filter(Objects::nonNull)
        .min(naturalOrder());
  }

  /** Returns the end of the build; empty if the record has no times. */
  static Optional<Instant> endTime(Build build) {
    return Optional.ofNullable(build.endTime()).or(() -> lastPhaseEnd(build));
  }

  private static Optional<Instant> lastPhaseEnd(Build build) {
    return build.phases().stream()
        .map(BuildPhase::endTime)
        .filter(Objects::nonNull)
        .max(naturalOrder());
  }
}
