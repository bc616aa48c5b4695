package io.pullrescue.infra;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import java.util.Locale;

/** What may be done to projects whose builds take no overrides: those of pipelines and batches. */
enum ProjectChanges {
  /** Nothing. */
  OFF,
  /** The copy is put into the project, and taken out after the next green build. */
  UNTIL_GREEN,
  /** The copy is put into the project, and stays there. */
  KEPT;

  static ProjectChanges of(String word) {
    return Arrays.stream(values())
        .filter(it -> it.word().equals(word))
        .findFirst()
        .orElseThrow(() ->
            new SettingRefused(
                "projectChanges",
                "'%s' is none of %s"
                    .formatted(
                        word,
                        Arrays.stream(values()).map(ProjectChanges::word).collect(joining(", ")))));
  }

  /** As operators and functions write it: {@code until-green}. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
