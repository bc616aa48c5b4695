package io.pullrescue.lambda;

import io.pullrescue.event.IncomingEvent;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.RetryRequest;
import java.util.List;
import org.slf4j.MDC;

/**
 * Adds the message, its trigger and its image to all log lines of the thread, and of the threads
 * that it starts (see {@code log4j2.component.properties}).
 */
final class LogContext implements AutoCloseable {
  private static final String MESSAGE_ID = "message_id";
  private static final String RECEIVE_COUNT = "receive_count";
  private static final String TRIGGER_ID = "trigger_id";
  private static final String IMAGE = "image";

  private LogContext() {}

  /** Starts the context of a message; closing it removes all keys. */
  static LogContext of(QueueMessage message) {
    MDC.put(MESSAGE_ID, message.id());
    MDC.put(RECEIVE_COUNT, String.valueOf(message.receiveCount()));
    return new LogContext();
  }

  /** Starts the context of an invocation without a message; closing it removes all keys. */
  static LogContext of(Trigger trigger) {
    setTrigger(trigger);
    return new LogContext();
  }

  static void setTrigger(Trigger trigger) {
    MDC.put(TRIGGER_ID, trigger.id());
  }

  static void setImage(ImageReference image) {
    MDC.put(IMAGE, image.toString());
  }

  /** Adds what an event names, as far as it names anything. */
  static void setEvent(IncomingEvent event) {
    switch (event) {
      case IncomingEvent.BuildFailed failed -> MDC.put(TRIGGER_ID, failed.buildId());
      case IncomingEvent.TaskFailed failed -> MDC.put(TRIGGER_ID, failed.taskArn());
      case IncomingEvent.JobFailed failed -> MDC.put(TRIGGER_ID, failed.jobId());
      case IncomingEvent.BuildSucceeded succeeded -> MDC.put(TRIGGER_ID, succeeded.buildId());
      case IncomingEvent.Ignored _ -> {}
    }
  }

  /** Adds what a retry request names. */
  static void setRequest(RetryRequest request) {
    switch (request) {
      case RetryRequest.Retry retry -> {
        setTrigger(retry.trigger());
        setImage(retry.image());
      }
      case RetryRequest.Recovery recovery -> MDC.put(TRIGGER_ID, recovery.buildId());
      case RetryRequest.Restore restore -> MDC.put(TRIGGER_ID, restore.project());
    }
  }

  @Override
  public void close() {
    List.of(MESSAGE_ID, RECEIVE_COUNT, TRIGGER_ID, IMAGE).forEach(MDC::remove);
  }
}
