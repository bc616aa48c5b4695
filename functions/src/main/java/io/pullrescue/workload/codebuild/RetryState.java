package io.pullrescue.workload.codebuild;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.event.IncomingEvent.BuildFailed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.Project;

/**
 * Describes the position of a build in a chain of retries. The builds themselves store it, in three
 * environment variables, so that no database is needed.
 *
 * @param originalBuildId the id of the first build of the chain
 * @param attempt 0 for that build, 1 for its first retry
 * @param mirroredImages the mirrored images that the build uses
 */
record RetryState(String originalBuildId, int attempt, List<MirroredImage> mirroredImages) {
  static final String ORIGINAL_BUILD_VARIABLE = "PULL_RESCUE_ORIGINAL_BUILD_ID";
  static final String ATTEMPT_VARIABLE = "PULL_RESCUE_ATTEMPT";
  static final String IMAGES_VARIABLE = "PULL_RESCUE_IMAGES";

  private static final Set<String> VARIABLES =
      Set.of(ORIGINAL_BUILD_VARIABLE, ATTEMPT_VARIABLE, IMAGES_VARIABLE);

  RetryState {
    mirroredImages = List.copyOf(mirroredImages);
  }

  /**
   * Reads the state of a build. A build without the variables is the first of its chain.
   *
   * <p>Everybody who can start builds can set the variables. Of a state that pull-rescue did not
   * write only the attempt is believed: it can prevent no other retry than that of its own build.
   *
   * @param startedByUs whether pull-rescue started the build
   */
  static RetryState of(Build build, Project project, boolean startedByUs, MirrorNaming mirror) {
    var attempt =
        BuildInspector.plaintextVariable(build, ATTEMPT_VARIABLE)
            .map(RetryState::parseAttempt)
            .orElse(0);
    if (!isAuthentic(build, project, startedByUs)) {
      return new RetryState(build.id(), attempt, List.of());
    }
    return new RetryState(
        BuildInspector.plaintextVariable(build, ORIGINAL_BUILD_VARIABLE)
            .filter(id -> isBuildOf(build.projectName(), id))
            .orElse(build.id()),
        attempt,
        BuildInspector.plaintextVariable(build, IMAGES_VARIABLE)
            .map(text -> parseMirroredImages(text, mirror))
            .orElse(List.of()));
  }

  /**
   * Returns whether pull-rescue wrote the state: it started the build, or put the same variables
   * into the project, from which the builds of a stage or batch have them.
   */
  static boolean isAuthentic(Build build, Project project, boolean startedByUs) {
    var configured = project.environment().environmentVariables();
    return startedByUs
        || build.environment().environmentVariables().stream()
            .filter(variable -> VARIABLES.contains(variable.name()))
            .allMatch(configured::contains);
  }

  /** A BatchGetBuilds with anything but the id of a build of this account is an error. */
  private static boolean isBuildOf(String project, String id) {
    return id.startsWith(project + ":")
        && BuildFailed.parse(id).filter(build -> build.buildId().equals(id)).isPresent();
  }

  /** Returns MAX_VALUE for a malformed number, so that a forged one leads to no retry. */
  private static int parseAttempt(String text) {
    return text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : Integer.MAX_VALUE;
  }

  private static List<MirroredImage> parseMirroredImages(String text, MirrorNaming mirror) {
    return Arrays.stream(text.split(",", -1))
        .map(MirroredImage::parse)
        .flatMap(Optional::stream)
        .filter(mirroredImage ->
            mirror.isMirrorOf(mirroredImage.image(), mirroredImage.mirrorReference()))
        .toList();
  }

  /** Returns the state of the next attempt, with additional mirrored images. */
  RetryState nextAttempt(List<MirroredImage> added) {
    var images = added.stream().map(MirroredImage::image).toList();
    var nextImages =
        new ArrayList<>(
            mirroredImages.stream()
                .filter(mirroredImage -> !images.contains(mirroredImage.image()))
                .toList());
    nextImages.addAll(added);
    return new RetryState(originalBuildId, attempt + 1, nextImages);
  }

  /** Returns the variables that store this state in a build or project. */
  Map<String, String> environmentVariables() {
    var variables = new LinkedHashMap<String, String>();
    variables.put(ORIGINAL_BUILD_VARIABLE, originalBuildId);
    variables.put(ATTEMPT_VARIABLE, Integer.toString(attempt));
    variables.put(
        IMAGES_VARIABLE,
        mirroredImages.stream().map(MirroredImage::toString).collect(Collectors.joining(",")));
    return variables;
  }

  /** Returns whether a build is this attempt. */
  boolean matches(Build build) {
    return BuildInspector.plaintextVariable(build, ORIGINAL_BUILD_VARIABLE)
            .filter(originalBuildId::equals)
            .isPresent()
        && BuildInspector.plaintextVariable(build, ATTEMPT_VARIABLE)
            .filter(Integer.toString(attempt)::equals)
            .isPresent();
  }

  /** Returns whether the build is a retry, and not the first of its chain. */
  boolean isRetry() {
    return attempt > 0;
  }
}
