package io.pullrescue.lambda;

import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.event.publish.EventSummary;
import io.pullrescue.event.publish.RescueEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One message for a worker.
 *
 * @param receiveCount how often it has been received, from 1
 * @param receipt where it can be put back; null where a person sent it by the console's Test button
 */
public record QueueMessage(String id, String body, int receiveCount, @Nullable Receipt receipt) {
  /** The queue that the message came from, and the handle of this receipt. */
  record Receipt(String queueArn, String receiptHandle) {}

  /** What a worker makes of a message. */
  public sealed interface ProcessingResult {
    /** Done with; {@code summary} is one line for the log. */
    record Completed(String summary) implements ProcessingResult {
      /** The bus is told, and the log gets the same sentence. */
      public static Completed publishing(EventPublisher publisher, RescueEvent event) {
        publisher.publish(event);
        return new Completed(event.trigger().id() + ": " + EventSummary.of(event));
      }
    }

    /** To be tried again after a while. */
    record RetryAfter(String reason, Duration delay) implements ProcessingResult {}
  }
}
