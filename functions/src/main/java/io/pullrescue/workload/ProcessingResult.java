package io.pullrescue.workload;

import io.pullrescue.aws.AwsErrors;
import io.pullrescue.event.Trigger;
import io.pullrescue.event.publish.EventPublisher;
import io.pullrescue.event.publish.EventSummary;
import io.pullrescue.event.publish.RescueEvent;
import io.pullrescue.event.publish.RescueEvent.RetrySkipped;
import io.pullrescue.text.TextSanitizer;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** States the result of processing one message. */
public sealed interface ProcessingResult {
  /** The delays after a call that was throttled or failed, by the number of earlier waits. */
  List<Duration> REJECTION_DELAYS =
      List.of(
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(10),
          Duration.ofMinutes(15));

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

  /**
   * The message is processed, but stays in its message group for a while, so that no other message
   * of the group is processed before the lists of a service contain what was started. It is then
   * delivered again, and must find that nothing is left to do.
   *
   * @param summary one line for the log
   * @param time how long it stays
   */
  record GroupHeld(String summary, Duration time) implements ProcessingResult {}

  /**
   * Returns what becomes of a retry that a service rejected: a report, or another try if it was
   * busy. A message that fails again and again tells nobody.
   *
   * @param waits how often the request has waited
   */
  static ProcessingResult rejected(
      AwsServiceException error, Trigger trigger, int waits, EventPublisher publisher) {
    var service = error.awsErrorDetails().serviceName();
    if (!AwsErrors.isTemporary(error)) {
      return Completed.publishing(
          publisher,
          new RetrySkipped(trigger, service + " rejected the retry: " + AwsErrors.message(error)));
    }
    var reason = service + " does not answer for now: " + AwsErrors.message(error);
    return waits < REJECTION_DELAYS.size()
        ? new RetryAfter(reason, REJECTION_DELAYS.get(waits))
        : Completed.publishing(
            publisher, new RetrySkipped(trigger, "timed out while waiting: " + reason));
  }
}
