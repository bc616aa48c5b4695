package io.pullrescue.logging;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** Decides which log lines are written, and in which form. The default is that of AWS Lambda. */
public final class LogSettings {
  private static final AtomicReference<@Nullable Level> THRESHOLD =
      new AtomicReference<>(Level.INFO);
  private static final AtomicBoolean TERMINAL = new AtomicBoolean();

  private LogSettings() {}

  /**
   * Writes errors only, as text on standard error: the commands print their results themselves, and
   * standard output contains nothing else.
   */
  public static void useTerminal() {
    TERMINAL.set(true);
    setThreshold(Level.ERROR);
  }

  /** Writes only lines of this level and above; none if it is null. */
  public static void setThreshold(@Nullable Level level) {
    THRESHOLD.set(level);
  }

  static boolean isTerminal() {
    return TERMINAL.get();
  }

  static boolean isEnabled(Level level, Level ownThreshold) {
    var least = THRESHOLD.get();
    return least != null && level.toInt() >= least.toInt() && level.toInt() >= ownThreshold.toInt();
  }
}
