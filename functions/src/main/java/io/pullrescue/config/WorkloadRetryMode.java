package io.pullrescue.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Selects the ECS services and tasks, or the Batch jobs, that are retried. */
public enum WorkloadRetryMode {
  /** None: failures are only reported. */
  @JsonProperty("off")
  OFF,
  /** Those with the tag {@code pull-rescue = on}. */
  @JsonProperty("tagged")
  TAGGED,
  /**
   * All except those with the tag {@code pull-rescue = off}. A standalone task needs {@code on} as
   * well, because what started it may start it again.
   */
  @JsonProperty("all")
  ALL;

  private static final String OPT_IN_TAG = "pull-rescue";

  /**
   * Returns why this workload is not retried; empty if it may be.
   *
   * @param setting the name of the setting with this value, for the reason
   * @param workload the kind and name of the workload, for the reason
   * @param ownTags the tags of the service, task or job
   * @param definitionTags the tags of its task or job definition
   */
  public Optional<String> skipReason(
      String setting,
      String workload,
      Map<String, String> ownTags,
      Map<String, String> definitionTags) {
    if (hasTagValue("off", ownTags, definitionTags)) {
      return Optional.of(workload + " has the tag pull-rescue = off");
    }
    return switch (this) {
      case OFF -> Optional.of(workload + " is not retried, because `" + setting + "` is off");
      case TAGGED ->
          hasTagValue("on", ownTags, definitionTags)
              ? Optional.empty()
              : Optional.of(
                  workload + " has no tag pull-rescue = on, and `" + setting + "` is tagged");
      case ALL -> Optional.empty();
    };
  }

  /**
   * Returns why IAM would deny the start of this task or job although it is selected; empty if it
   * would not. A start is allowed by the tag of the definition: the caller itself writes the tags
   * of the new task or job, so they prove nothing.
   *
   * @param definition the kind and name of the definition, for the reason
   */
  public Optional<String> untaggedDefinitionReason(
      String definition, Map<String, String> definitionTags) {
    return this == TAGGED && !hasTagValue("on", Map.of(), definitionTags)
        ? Optional.of(
            "its %s has no tag pull-rescue = on, by which IAM allows the start; tag the definition as well"
                .formatted(definition))
        : Optional.empty();
  }

  /** Returns whether the workload or its definition has the tag {@code pull-rescue = on}. */
  public static boolean hasOptedIn(
      Map<String, String> ownTags, Map<String, String> definitionTags) {
    return hasTagValue("on", ownTags, definitionTags);
  }

  private static boolean hasTagValue(
      String value, Map<String, String> ownTags, Map<String, String> definitionTags) {
    return Stream.of(ownTags, definitionTags).anyMatch(tags -> value.equals(tags.get(OPT_IN_TAG)));
  }
}
