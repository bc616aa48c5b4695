package io.pullrescue.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HumanFormatTest {
  @ParameterizedTest
  @CsvSource({
    "PT0S,      0 seconds",
    "PT0.2S,    1 second",
    "PT45S,     45 seconds",
    "PT1M,      1 minute",
    "PT90S,     90 seconds",
    "PT2M1S,    3 minutes",
    "PT90M,     90 minutes",
    "PT1H,      1 hour",
    "PT6H,      6 hours",
    "PT5H50M1S, 6 hours",
    "PT47H,     47 hours",
    "PT277H46M39S, 12 days"
  })
  void formatsDurations(Duration duration, String text) {
    assertThat(HumanFormat.duration(duration)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"PT0S, now", "PT-1S, now", "PT9S, in 9 seconds", "PT6H, in 6 hours"})
  void formatsTimesFromNow(Duration delay, String text) {
    assertThat(HumanFormat.timeFromNow(delay)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0,             0 bytes",
    "1,             1 byte",
    "1023,          1023 bytes",
    "1024,          1 KiB",
    "1048575,       1 MiB",
    "9437184,       9 MiB",
    "53477376,      51 MiB",
    "1610612736,    1.5 GiB",
    "2251799813685248, 2048 TiB"
  })
  void formatsSizes(long bytes, String text) {
    assertThat(HumanFormat.bytes(bytes)).isEqualTo(text);
  }
}
