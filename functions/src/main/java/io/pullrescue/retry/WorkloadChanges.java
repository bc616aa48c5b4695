package io.pullrescue.retry;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Which services, tasks or jobs may start from the copy. */
public enum WorkloadChanges {
  /** None: that their images could not be pulled is reported. */
  REPORT,
  /** Those with the tag {@code pull-rescue = on}. */
  TAGGED,
  /** All but those with the tag {@code pull-rescue = off}. */
  ALL;

  private static final String SWITCH = "pull-rescue";

  /**
   * Why nobody asked for a change of this work; empty where somebody did.
   *
   * @param work its kind and name
   * @param own the tags of the work itself
   * @param ofDefinition the tags of what it was started from
   */
  Optional<String> unasked(String work, Map<String, String> own, Map<String, String> ofDefinition) {
    if (says("off", own, ofDefinition)) {
      return Optional.of(work + " has the tag pull-rescue = off");
    }
    return switch (this) {
      case REPORT -> Optional.of(work + " is reported and not changed, as the settings say");
      case TAGGED ->
          says("on", own, ofDefinition)
              ? Optional.empty()
              : Optional.of(work + " has no tag pull-rescue = on");
      case ALL -> Optional.empty();
    };
  }

  private static boolean says(String word, Map<String, String> own, Map<String, String> other) {
    return Stream.of(own, other).anyMatch(tags -> word.equals(tags.get(SWITCH)));
  }
}
