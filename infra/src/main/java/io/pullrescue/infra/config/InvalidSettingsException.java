package io.pullrescue.infra.config;

import static java.util.stream.Collectors.joining;

import io.pullrescue.infra.config.SettingValue.Place;
import java.util.Comparator;
import java.util.List;

/** Stops the deployment with all mistakes in the settings, a line for each. */
public final class InvalidSettingsException extends RuntimeException {
  private static final Comparator<SettingProblem> BY_PLACE =
      Comparator.comparing(
              SettingProblem::place,
              Comparator.nullsLast(
                  Comparator.comparing(Place::source).thenComparingInt(Place::line)))
          .thenComparing(SettingProblem::toString);

  InvalidSettingsException(List<SettingProblem> problems) {
    super(
        problems.stream()
            .sorted(BY_PLACE)
            .map(problem -> "\n  " + problem)
            .collect(
                joining("", problems.size() == 1 ? "1 error" : problems.size() + " errors", ""))
            .replaceFirst("\n", " in the settings:\n"));
  }

  /** Creates the exception for a mistake that only shows when a function is configured. */
  public InvalidSettingsException(String message) {
    this(List.of(new SettingProblem(null, null, message)));
  }
}
