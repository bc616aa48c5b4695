package io.pullrescue.infra;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Which platforms of an image are copied. */
enum Platforms {
  /** Every one: the copy has the digest that the image has upstream. */
  ALL,
  /** The one that the failed work runs on, under its own digest: it costs two pulls at most. */
  NEEDED;

  static Platforms of(String word) {
    return Arrays.stream(values())
        .filter(platforms -> platforms.word().equals(word))
        .findFirst()
        .orElseThrow(
            () -> new SettingRefused("platforms", "'%s' is none of %s".formatted(word, words())));
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static List<String> words() {
    return Arrays.stream(values()).map(Platforms::word).toList();
  }
}
