package io.pullrescue.report;

/** Tells whoever listens. */
public interface Announcer {
  /** Publishes one step of a rescue. Saying the same thing twice must do no harm to listeners. */
  void announce(Announcement announcement);
}
