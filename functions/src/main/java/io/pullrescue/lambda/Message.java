package io.pullrescue.lambda;

import io.pullrescue.report.Announcement;
import io.pullrescue.report.Announcer;
import io.pullrescue.report.Sentence;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One message for a worker.
 *
 * @param attempt how often it has been received, from 1
 * @param receipt where it can be put back; null where a person sent it by the console's Test button
 */
record Message(String id, String body, int attempt, @Nullable Receipt receipt) {
  /** The queue that the message came from, and the handle of this receipt. */
  record Receipt(String queueArn, String handle) {}

  /** What a worker makes of a message. */
  sealed interface Outcome {
    /** Done with; {@code summary} is one line for the log. */
    record Done(String summary) implements Outcome {
      /** The bus is told, and the log gets the same sentence. */
      static Done telling(Announcer announcer, Announcement announcement) {
        announcer.announce(announcement);
        return new Done(announcement.origin().id() + ": " + Sentence.of(announcement));
      }
    }

    /** To be tried again after a while. */
    record Later(String why, Duration after) implements Outcome {}
  }
}
