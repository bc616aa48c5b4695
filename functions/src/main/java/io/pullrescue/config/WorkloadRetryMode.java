package io.pullrescue.config;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Which services, tasks or jobs may start from the copy. */
public enum WorkloadRetryMode {
  /** None: that their images could not be pulled is reported. */
  OFF,
  /** Those with the tag {@code pull-rescue = on}. */
  TAGGED,
  /** All but those with the tag {@code pull-rescue = off}. */
  ALL;

  private static final String OPT_IN_TAG = "pull-rescue";

  /**
   * Why nobody asked for a change of this work; empty where somebody did.
   *
   * @param workload its kind and name
   * @param ownTags the tags of the work itself
   * @param definitionTags the tags of what it was started from
   */
  public Optional<String> skipReason(
      String workload, Map<String, String> ownTags, Map<String, String> definitionTags) {
    if (hasTagValue("off", ownTags, definitionTags)) {
      return Optional.of(workload + " has the tag pull-rescue = off");
    }
    return switch (this) {
      case OFF -> Optional.of(workload + " is reported and not changed, as the settings say");
      case TAGGED ->
          hasTagValue("on", ownTags, definitionTags)
              ? Optional.empty()
              : Optional.of(workload + " has no tag pull-rescue = on");
      case ALL -> Optional.empty();
    };
  }

  private static boolean hasTagValue(
      String value, Map<String, String> ownTags, Map<String, String> definitionTags) {
    return Stream.of(ownTags, definitionTags).anyMatch(tags -> value.equals(tags.get(OPT_IN_TAG)));
  }
}
