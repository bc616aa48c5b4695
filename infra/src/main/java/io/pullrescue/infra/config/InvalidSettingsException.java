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
    this(problems, "");
  }

  /** Creates the exception with a note below the list of mistakes. */
  InvalidSettingsException(List<SettingProblem> problems, String note) {
    super(message(problems) + (note.isEmpty() ? "" : "\n" + note));
  }

  /** Creates the exception for a mistake that only shows when a function is configured. */
  public InvalidSettingsException(String message) {
    this(List.of(new SettingProblem(null, null, message)));
  }

  private static String message(List<SettingProblem> problems) {
    var lines =
        problems.stream().sorted(BY_PLACE).map(problem -> "\n  " + problem).collect(joining());
    var count = problems.size() == 1 ? "1 error" : problems.size() + " errors";
    return count + " in the settings:" + lines;
  }
}
