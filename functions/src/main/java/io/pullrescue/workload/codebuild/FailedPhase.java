package io.pullrescue.workload.codebuild;

import io.pullrescue.workload.codebuild.log.TimeRange;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildPhase;
import software.amazon.awssdk.services.codebuild.model.BuildPhaseType;
import software.amazon.awssdk.services.codebuild.model.StatusType;

/**
 * The phase that made a build fail.
 *
 * @param phase the first failed phase after which the build did not continue; later phases, such as
 *     POST_BUILD, may have succeeded
 * @param continuedPhases the phases that failed before it and had {@code on-failure: CONTINUE}
 */
record FailedPhase(BuildPhase phase, List<BuildPhase> continuedPhases) {
  /** The phases whose commands run only if all earlier phases succeeded. */
  private static final Set<BuildPhaseType> COMMAND_PHASES =
      Set.of(BuildPhaseType.INSTALL, BuildPhaseType.PRE_BUILD, BuildPhaseType.BUILD);

  FailedPhase {
    continuedPhases = List.copyOf(continuedPhases);
  }

  /** Finds the phase that made the build fail; empty if no phase failed. */
  static Optional<FailedPhase> of(Build build) {
    var failed = build.phases().stream().filter(FailedPhase::hasFailed).toList();
    return failed.stream()
        .filter(phase -> !isContinuedAfter(phase, build))
        .findFirst()
        .or(() -> failed.stream().findFirst())
        .map(phase -> new FailedPhase(phase, failed.subList(0, failed.indexOf(phase))));
  }

  /** The closing entry COMPLETED has no status. */
  private static boolean hasFailed(BuildPhase phase) {
    return phase.phaseStatus() != null
        && phase.phaseStatus() != StatusType.SUCCEEDED
        && phase.phaseStatus() != StatusType.IN_PROGRESS;
  }

  /**
   * After a failure CodeBuild skips all commands except those of POST_BUILD, unless the phase has
   * {@code on-failure: CONTINUE}.
   */
  private static boolean isContinuedAfter(BuildPhase phase, Build build) {
    return COMMAND_PHASES.contains(phase.phaseType())
        && build.phases().stream()
            .skip(build.phases().indexOf(phase) + 1L)
            .anyMatch(later -> COMMAND_PHASES.contains(later.phaseType()));
  }

  /** Returns the type of the phase, such as {@code PROVISIONING} or {@code BUILD}. */
  String type() {
    return phase.phaseTypeAsString();
  }

  /** Returns the name in a buildspec of the first phase that failed, such as {@code pre_build}. */
  String firstType() {
    return first().phaseTypeAsString().toLowerCase(Locale.ROOT);
  }

  /** Returns whether the environment image was being pulled, before any command ran. */
  boolean isProvisioning() {
    return phase.phaseType() == BuildPhaseType.PROVISIONING;
  }

  /** Returns the errors of the phase, one a line: {@code STATUS_CODE: message}. */
  String context() {
    return phase.contexts().stream()
        .filter(context -> context.message() != null)
        .map(context -> context.statusCode() + ": " + context.message())
        .collect(Collectors.joining("\n"));
  }

  /** Returns the time from the first failed phase to the end of this one. */
  TimeRange timeRange() {
    return new TimeRange(first().startTime(), phase.endTime());
  }

  private BuildPhase first() {
    return continuedPhases.isEmpty() ? phase : continuedPhases.getFirst();
  }
}
