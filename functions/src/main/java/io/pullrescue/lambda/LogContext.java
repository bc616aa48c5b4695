package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import io.pullrescue.config.MetricNames;
import io.pullrescue.event.IncomingEvent;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.RetryRequest;
import java.util.List;
import org.slf4j.MDC;

/**
 * Adds the invocation, the message, its trigger and its image to all log lines of the thread, and
 * of the threads that it starts.
 */
final class LogContext implements AutoCloseable {
  private static final String SERVICE = "service";
  private static final String FUNCTION_NAME = "function_name";
  private static final String FUNCTION_VERSION = "function_version";
  private static final String REQUEST_ID = "function_request_id";
  private static final String MESSAGE_ID = "message_id";
  private static final String RECEIVE_COUNT = "receive_count";
  private static final String TRIGGER_ID = "trigger_id";
  private static final String IMAGE = "image";

  private static final List<String> INVOCATION_KEYS =
      List.of(SERVICE, FUNCTION_NAME, FUNCTION_VERSION, REQUEST_ID);
  private static final List<String> MESSAGE_KEYS =
      List.of(MESSAGE_ID, RECEIVE_COUNT, TRIGGER_ID, IMAGE);

  private final List<String> keys;

  private LogContext(List<String> keys) {
    this.keys = keys;
  }

  /** Starts the context of an invocation; closing it removes its keys. */
  static LogContext of(Context context) {
    MDC.put(SERVICE, MetricNames.SERVICE);
    MDC.put(FUNCTION_NAME, context.getFunctionName());
    MDC.put(FUNCTION_VERSION, context.getFunctionVersion());
    MDC.put(REQUEST_ID, context.getAwsRequestId());
    return new LogContext(INVOCATION_KEYS);
  }

  /** Starts the context of a message; closing it removes all keys. */
  static LogContext of(QueueMessage message) {
    MDC.put(MESSAGE_ID, message.id());
    MDC.put(RECEIVE_COUNT, String.valueOf(message.receiveCount()));
    return new LogContext(MESSAGE_KEYS);
  }

  /** Starts the context of an invocation without a message; closing it removes all keys. */
  static LogContext of(Trigger trigger) {
    setTrigger(trigger);
    return new LogContext(MESSAGE_KEYS);
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
    keys.forEach(MDC::remove);
  }
}
