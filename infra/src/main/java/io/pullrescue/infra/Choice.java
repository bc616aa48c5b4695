package io.pullrescue.infra;

import java.util.Locale;

/** A setting that has a few values, each with a word of its own. */
interface Choice {
  /** The constant's name. */
  String name();

  /** As operators and functions write it: {@code until-green}. */
  default String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
