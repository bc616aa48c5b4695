package io.pullrescue.workload.codebuild;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.StatusType;

/**
 * The recent builds of a project. They are the only record of earlier retries and probe builds.
 * Everybody who can start builds can set their variables, so only builds that the role of
 * pull-rescue started count as such.
 *
 * @param builds newest first
 * @param isComplete whether these are all builds since the time that was asked for
 * @param retryRole the name of the role with which builds are retried
 */
record BuildHistory(List<Build> builds, boolean isComplete, String retryRole) {
  private static final Set<StatusType> RUNNING_OR_SUCCEEDED =
      Set.of(StatusType.IN_PROGRESS, StatusType.SUCCEEDED);

  BuildHistory {
    builds = List.copyOf(builds);
  }

  /** Returns whether pull-rescue started a build. */
  boolean isOwn(Build build) {
    return BuildInspector.isStartedBy(build, retryRole);
  }

  /** Returns the id of the build that already is this attempt. */
  Optional<String> findRetry(RetryState retryState) {
    return builds.stream()
        .filter(this::isOwn)
        .filter(retryState::matches)
        .map(Build::id)
        .findFirst();
  }

  /** Counts the retries and probe builds that started after an instant. */
  long startsSince(Instant since) {
    return builds.stream()
        .filter(build -> isRetry(build) || isOwnProbe(build))
        .filter(build -> BuildInspector.startTime(build).filter(since::isBefore).isPresent())
        .count();
  }

  private boolean isRetry(Build build) {
    return isOwn(build)
        && BuildInspector.plaintextVariable(build, RetryState.ATTEMPT_VARIABLE).isPresent();
  }

  /** Returns the probe builds, newest first. */
  List<Build> probes() {
    return builds.stream().filter(this::isOwnProbe).toList();
  }

  private boolean isOwnProbe(Build build) {
    return isOwn(build) && !isRetry(build) && ProbeBuild.isProbe(build);
  }

  /**
   * Finds a later build of the same source that runs or succeeded. A retry counts as late as the
   * build that it repeats.
   */
  Optional<Build> findNewerBuild(Build failed) {
    var startTime = chainStartTime(failed);
    return builds.stream()
        .filter(other -> RUNNING_OR_SUCCEEDED.contains(other.buildStatus()))
        .filter(other -> !other.id().equals(failed.id()) && !isOwnProbe(other))
        .filter(other -> startTime.isPresent() && isLater(other, startTime.get()))
        .filter(other -> !isPartOfSameBatch(other, failed))
        .filter(other -> isOfSameSource(original(other).orElse(other), failed))
        .filter(other -> !isOtherWorkOfSameCommit(other, failed))
        .findFirst();
  }

  private boolean isLater(Build other, Instant startTime) {
    return (!isRetry(other) || original(other).isPresent())
        && chainStartTime(other).filter(startTime::isBefore).isPresent();
  }

  private Optional<Instant> chainStartTime(Build build) {
    return BuildInspector.startTime(original(build).orElse(build));
  }

  /**
   * Returns the build that a retry repeats; empty for other builds, or if it is not among these.
   */
  private Optional<Build> original(Build build) {
    return isRetry(build)
        ? BuildInspector.plaintextVariable(build, RetryState.ORIGINAL_BUILD_VARIABLE)
            .flatMap(id -> builds.stream().filter(other -> other.id().equals(id)).findFirst())
        : Optional.empty();
  }

  private static boolean isPartOfSameBatch(Build other, Build failed) {
    return other.buildBatchArn() != null && other.buildBatchArn().equals(failed.buildBatchArn());
  }

  private boolean isOfSameSource(Build other, Build failed) {
    var source = other.source();
    return source.type() == failed.source().type()
        && Optional.ofNullable(source.location())
            .equals(Optional.ofNullable(failed.source().location()))
        && SourceVersion.of(original(failed).orElse(failed))
            .mayBeSameReference(SourceVersion.of(other));
  }

  /** One commit may be built several times on purpose, each time with other variables. */
  private boolean isOtherWorkOfSameCommit(Build other, Build failed) {
    var commit = SourceVersion.of(failed).commit();
    return commit.isPresent()
        && commit.equals(SourceVersion.of(other).commit())
        && (isRetry(other)
            || !BuildInspector.ownVariables(other).equals(BuildInspector.ownVariables(failed)));
  }
}
