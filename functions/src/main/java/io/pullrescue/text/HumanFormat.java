package io.pullrescue.text;

import java.time.Duration;
import java.util.Locale;

/** Formats amounts for people. */
public final class HumanFormat {
  private static final String[] BYTE_UNITS = {"KiB", "MiB", "GiB", "TiB"};

  private HumanFormat() {}

  /** Returns when a time from now is: {@code now}, {@code in 6 hours}. */
  public static String timeFromNow(Duration delay) {
    return delay.isPositive() ? "in " + duration(delay) : "now";
  }

  /**
   * Returns a duration, rounded up: {@code 45 seconds}, {@code 1 minute}, {@code 6 hours}, {@code 3
   * days}.
   */
  public static String duration(Duration duration) {
    var seconds = duration.plusNanos(999_999_999).toSeconds();
    if (fitsUnit(seconds)) {
      return count(seconds, "second");
    }
    var minutes = Math.ceilDiv(seconds, 60L);
    if (fitsUnit(minutes)) {
      return count(minutes, "minute");
    }
    var hours = Math.ceilDiv(minutes, 60L);
    return hours < 48 ? count(hours, "hour") : count(Math.ceilDiv(hours, 24L), "day");
  }

  /**
   * Returns whether an amount is better given in this unit than in the next, which is 60 times as
   * long.
   */
  private static boolean fitsUnit(long amount) {
    return amount < 60 || (amount < 120 && amount % 60 != 0);
  }

  /**
   * Returns a size with a binary unit and at most one decimal: {@code 512 bytes}, {@code 9 MiB}.
   */
  public static String bytes(long bytes) {
    if (bytes < 1024) {
      return count(bytes, "byte");
    }
    var unit = 0;
    var size = bytes / 1024.0;
    while (size >= 1023.95 && unit < BYTE_UNITS.length - 1) {
      size /= 1024;
      unit++;
    }
    var number = String.format(Locale.ROOT, "%.1f", size);
    return (number.endsWith(".0") ? number.substring(0, number.length() - 2) : number)
        + " "
        + BYTE_UNITS[unit];
  }

  /** Returns a number with its noun: {@code 1 image}, {@code 2 images}. */
  public static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
