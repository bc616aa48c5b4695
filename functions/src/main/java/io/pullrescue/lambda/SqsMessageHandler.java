package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse.BatchItemFailure;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pullrescue.workload.ProcessingResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.lambda.powertools.logging.PowertoolsLogging;

/**
 * A function behind a queue: each message to the worker, and to the queue which of them are to be
 * delivered again (ReportBatchItemFailures).
 *
 * <p>Without {@code Records} the input is taken for one message: so the sample events work from the
 * console's Test button.
 */
final class SqsMessageHandler {
  private static final Logger LOG = LoggerFactory.getLogger(SqsMessageHandler.class);

  /**
   * Lambda writes {@code Records} and {@code eventSourceARN}; the library's fields differ in case.
   */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
          .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
          .build();

  private final MessageProcessor processor;
  private final VisibilityTimeout visibilityTimeout;

  SqsMessageHandler(MessageProcessor processor, VisibilityTimeout visibilityTimeout) {
    this.processor = processor;
    this.visibilityTimeout = visibilityTimeout;
  }

  void handle(InputStream input, OutputStream output, Context context) throws IOException {
    var event = JSON.readTree(input);
    Object response = PowertoolsLogging.withLogging(context, () -> process(event, context));
    JSON.writeValue(output, response);
  }

  private Object process(JsonNode event, Context context) {
    return event.has("Records") ? processBatch(event, context) : processSingle(event, context);
  }

  private SQSBatchResponse processBatch(JsonNode event, Context context) {
    var failures = new ArrayList<BatchItemFailure>();
    for (var sqsMessage : JSON.convertValue(event, SQSEvent.class).getRecords()) {
      if (!isCompleted(toQueueMessage(sqsMessage), context)) {
        failures.add(new BatchItemFailure(sqsMessage.getMessageId()));
      }
    }
    return new SQSBatchResponse(failures);
  }

  private static QueueMessage toQueueMessage(SQSMessage sqsMessage) {
    var receiveCount = sqsMessage.getAttributes().getOrDefault("ApproximateReceiveCount", "1");
    return new QueueMessage(
        sqsMessage.getMessageId(),
        sqsMessage.getBody(),
        Integer.parseInt(receiveCount),
        new QueueMessage.Receipt(sqsMessage.getEventSourceArn(), sqsMessage.getReceiptHandle()));
  }

  private boolean isCompleted(QueueMessage message, Context context) {
    return switch (processor.process(message, context)) {
      case ProcessingResult.Completed completed -> {
        LOG.info(completed.summary());
        yield true;
      }
      case ProcessingResult.RetryAfter retryAfter -> {
        LOG.info("again in {} s: {}", retryAfter.delay().toSeconds(), retryAfter.reason());
        extendVisibility(message, retryAfter);
        yield false;
      }
    };
  }

  private void extendVisibility(QueueMessage message, ProcessingResult.RetryAfter retryAfter) {
    var receipt = message.receipt();
    if (receipt != null) {
      visibilityTimeout.extend(receipt.queueArn(), receipt.receiptHandle(), retryAfter.delay());
    }
  }

  private Map<String, String> processSingle(JsonNode event, Context context) {
    var message = new QueueMessage(context.getAwsRequestId(), event.toString(), 1, null);
    return switch (processor.process(message, context)) {
      case ProcessingResult.Completed completed ->
          Map.of("status", "completed", "summary", completed.summary());
      case ProcessingResult.RetryAfter retryAfter ->
          Map.of("status", "retry", "summary", retryAfter.reason());
    };
  }
}
