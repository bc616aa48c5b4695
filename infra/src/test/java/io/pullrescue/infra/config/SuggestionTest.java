package io.pullrescue.infra.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
  private static final List<String> NAMES =
      List.of("mode", "maxRetries", "maxRetriesPerHour", "ecsRetry", "snapStart", "subnetIds");

  @ParameterizedTest
  @CsvSource({
    "maxRetrys, maxRetries",
    "maxRetires, maxRetries",
    "MaxRetries, maxRetries",
    "max_retries, maxRetries",
    "maxRetriesPerHuor, maxRetriesPerHour",
    "snapstart, snapStart",
    "subnets, subnetIds",
    "mdoe, mode",
    "ecs, ecsRetry",
    "modus,",
    "ec,",
    "region,"
  })
  void findsTheClosestName(String name, String expected) {
    assertThat(Suggestion.closest(name, NAMES).orElse(null)).isEqualTo(expected);
  }
}
