package io.pullrescue.infra;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import java.util.Locale;

/** Which services, tasks or jobs may start from the copy. */
enum WorkloadChanges {
  /** None: they are reported. */
  REPORT,
  /** Those with the tag pull-rescue = on. */
  TAGGED,
  /** All but those with the tag pull-rescue = off. */
  ALL;

  static WorkloadChanges of(String word) {
    return Arrays.stream(values())
        .filter(it -> it.word().equals(word))
        .findFirst()
        .orElseThrow(() ->
            new SettingRefused(
                "ecs",
                "'%s' is none of %s"
                    .formatted(
                        word,
                        Arrays.stream(values())
                            .map(WorkloadChanges::word)
                            .collect(joining(", ")))));
  }

  /** As operators and functions write it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
