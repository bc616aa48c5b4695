package io.pullrescue.workload.codebuild;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.ecr.MirroredImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where a build stands in a chain of retries. The chain is kept by the builds themselves, in three
 * environment variables: nothing else has to remember it.
 *
 * @param originalBuildId the first build of the chain
 * @param attempt 0 for that build, 1 for its first retry
 * @param mirroredImages the copies that the build was given
 */
public record RetryState(String originalBuildId, int attempt, List<MirroredImage> mirroredImages) {
  static final String ORIGIN_VARIABLE = "PULL_RESCUE_ORIGIN";
  static final String ATTEMPT_VARIABLE = "PULL_RESCUE_ATTEMPT";
  static final String IMAGES_VARIABLE = "PULL_RESCUE_IMAGES";

  /** Copies the list, so that a chain never changes. */
  public RetryState {
    mirroredImages = List.copyOf(mirroredImages);
  }

  /**
   * What the build's variables say. A build without them is the first of its chain. Copies count
   * only where this mirror keeps them: whoever starts builds may write anything into the variables.
   */
  static RetryState of(Build build, MirrorNaming mirror) {
    var environment = build.environment();
    return new RetryState(
        environment.plaintextVariable(ORIGIN_VARIABLE).orElse(build.id()),
        environment.plaintextVariable(ATTEMPT_VARIABLE).map(RetryState::parseAttempt).orElse(0),
        environment
            .plaintextVariable(IMAGES_VARIABLE)
            .map(text -> parseMirroredImages(text, mirror))
            .orElse(List.of()));
  }

  /** A number that nobody of ours wrote counts as too many: whoever forged it wants no retry. */
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

  /** The next attempt, with these copies beside the earlier ones. */
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

  /** The variables that the next build carries. */
  public Map<String, String> environmentVariables() {
    var variables = new LinkedHashMap<String, String>();
    variables.put(ORIGIN_VARIABLE, originalBuildId);
    variables.put(ATTEMPT_VARIABLE, Integer.toString(attempt));
    variables.put(
        IMAGES_VARIABLE,
        mirroredImages.stream().map(MirroredImage::toString).collect(Collectors.joining(",")));
    return variables;
  }

  /** Whether this build carries the variables of the attempt that this describes. */
  boolean matches(Build build) {
    var environment = build.environment();
    return environment
            .plaintextVariable(ORIGIN_VARIABLE)
            .filter(originalBuildId::equals)
            .isPresent()
        && environment
            .plaintextVariable(ATTEMPT_VARIABLE)
            .filter(Integer.toString(attempt)::equals)
            .isPresent();
  }

  /** Whether it stands for a retry at all. */
  boolean isRetry() {
    return attempt > 0;
  }
}
