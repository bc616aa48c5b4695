package io.pullrescue.infra;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How far a rescue may go by itself. */
enum Mode {
  /** Says what it would do. */
  OBSERVE,
  /** Copies images, starts nothing. */
  REPLICATE,
  /** Copies images and runs the failed work again. */
  RESCUE;

  static Mode of(String word) {
    return Arrays.stream(values())
        .filter(mode -> mode.word().equals(word))
        .findFirst()
        .orElseThrow(
            () -> new SettingRefused("mode", "'%s' is none of %s".formatted(word, words())));
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static List<String> words() {
    return Arrays.stream(values()).map(Mode::word).toList();
  }
}
