package io.pullrescue.infra.config;

import io.pullrescue.infra.config.SettingValue.Place;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Describes one mistake in the settings.
 *
 * @param place where it is; null for a setting that is not set
 * @param setting the name of the setting; null if the file cannot be read as settings
 * @param message what is wrong, and which values are allowed
 */
record SettingProblem(@Nullable Place place, @Nullable String setting, String message) {
  @Override
  public String toString() {
    return Stream.of(place, setting, message)
        .flatMap(Stream::ofNullable)
        .map(Object::toString)
        .collect(Collectors.joining(": "));
  }
}
