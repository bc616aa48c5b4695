package io.pullrescue.simulation;

/** Turns the logs of the functions off: a simulation would write millions of lines. */
final class QuietLogs {
  private QuietLogs() {}

  /** Sets the level of all loggers; Log4j is not on the class path of the compiler. */
  static void setLevel(String level) {
    try {
      var levels = Class.forName("org.apache.logging.log4j.Level");
      Class.forName("org.apache.logging.log4j.core.config.Configurator")
          .getMethod("setRootLevel", levels)
          .invoke(null, levels.getMethod("toLevel", String.class).invoke(null, level));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
