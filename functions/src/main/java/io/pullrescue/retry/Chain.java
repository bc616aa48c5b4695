package io.pullrescue.retry;

import io.pullrescue.failure.Build;
import io.pullrescue.replication.Mirror;
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
 * @param origin the first build of the chain
 * @param attempt 0 for that build, 1 for its first retry
 * @param copies the copies that the build was given
 */
public record Chain(String origin, int attempt, List<Copy> copies) {
  static final String ORIGIN = "PULL_RESCUE_ORIGIN";
  static final String ATTEMPT = "PULL_RESCUE_ATTEMPT";
  static final String IMAGES = "PULL_RESCUE_IMAGES";

  /** Copies the list, so that a chain never changes. */
  public Chain {
    copies = List.copyOf(copies);
  }

  /**
   * What the build's variables say. A build without them is the first of its chain. Copies count
   * only where this mirror keeps them: whoever starts builds may write anything into the variables.
   */
  public static Chain of(Build build, Mirror mirror) {
    var environment = build.environment();
    return new Chain(
        environment.plainText(ORIGIN).orElse(build.id()),
        environment.plainText(ATTEMPT).map(Chain::number).orElse(0),
        environment.plainText(IMAGES).map(text -> copies(text, mirror)).orElse(List.of()));
  }

  /** A number that nobody of ours wrote counts as too many: whoever forged it wants no retry. */
  private static int number(String text) {
    return text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : Integer.MAX_VALUE;
  }

  private static List<Copy> copies(String text, Mirror mirror) {
    return Arrays.stream(text.split(",", -1))
        .map(Copy::parse)
        .flatMap(Optional::stream)
        .filter(copy -> mirror.keeps(copy.image(), copy.copy()))
        .toList();
  }

  /** The next attempt, with these copies beside the earlier ones. */
  Chain next(List<Copy> added) {
    var images = added.stream().map(Copy::image).toList();
    var all = new ArrayList<>(copies.stream().filter(it -> !images.contains(it.image())).toList());
    all.addAll(added);
    return new Chain(origin, attempt + 1, all);
  }

  /** The variables that the next build carries. */
  public Map<String, String> variables() {
    var variables = new LinkedHashMap<String, String>();
    variables.put(ORIGIN, origin);
    variables.put(ATTEMPT, Integer.toString(attempt));
    variables.put(IMAGES, copies.stream().map(Copy::toString).collect(Collectors.joining(",")));
    return variables;
  }

  /** Whether this build carries the variables of the attempt that this describes. */
  boolean isToldBy(Build build) {
    var environment = build.environment();
    return environment.plainText(ORIGIN).filter(origin::equals).isPresent()
        && environment.plainText(ATTEMPT).filter(Integer.toString(attempt)::equals).isPresent();
  }

  /** Whether it stands for a retry at all. */
  public boolean isRetry() {
    return attempt > 0;
  }
}
