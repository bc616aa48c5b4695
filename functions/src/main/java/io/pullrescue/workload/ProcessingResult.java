package io.pullrescue.workload;

import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.event.publish.EventSummary;
import io.pullrescue.event.publish.RescueEvent;
import io.pullrescue.text.TextSanitizer;
import java.time.Duration;

/** States the result of processing one message. */
public sealed interface ProcessingResult {
  /**
   * The message needs no further work.
   *
   * @param summary one line for the log
   */
  record Completed(String summary) implements ProcessingResult {
    /** Publishes the event and returns its summary. */
    public static Completed publishing(EventPublisher publisher, RescueEvent event) {
      publisher.publish(event);
      return new Completed(
          TextSanitizer.sanitize(event.trigger().id()) + ": " + EventSummary.of(event));
    }
  }

  /**
   * The message is to be delivered again.
   *
   * @param reason one line for the log
   * @param delay how long it waits until then
   */
  record RetryAfter(String reason, Duration delay) implements ProcessingResult {}
}
