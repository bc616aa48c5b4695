package io.pullrescue.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse.BatchItemFailure;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pullrescue.config.QueueLimits;
import io.pullrescue.text.HumanFormat;
import io.pullrescue.workload.ProcessingResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles the invocations of a function: processes each message of a batch, and returns the
 * messages that SQS must deliver again ({@code ReportBatchItemFailures}).
 *
 * <p>Input without {@code Records} is processed as the body of one message, so that a sample event
 * can be sent with the console's <i>Test</i> button.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html">Lambda and SQS</a>
 */
final class SqsMessageHandler {
  private static final Logger LOG = LoggerFactory.getLogger(SqsMessageHandler.class);

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addMixIn(SQSEvent.class, SqsEventNames.class)
          .addMixIn(SQSMessage.class, SqsMessageNames.class)
          .build();

  private final MessageProcessor processor;
  private final VisibilityTimeout visibilityTimeout;
  private final InstantSource clock;

  SqsMessageHandler(
      MessageProcessor processor, VisibilityTimeout visibilityTimeout, InstantSource clock) {
    this.processor = processor;
    this.visibilityTimeout = visibilityTimeout;
    this.clock = clock;
  }

  void handle(InputStream input, OutputStream output, Context context) throws IOException {
    var event = JSON.readTree(input);
    var batch = event.has("Records") ? JSON.treeToValue(event, SQSEvent.class) : null;
    try (var _ = LogContext.of(context)) {
      JSON.writeValue(
          output, batch == null ? processSingle(event, context) : processBatch(batch, context));
    }
  }

  private SQSBatchResponse processBatch(SQSEvent batch, Context context) {
    var failures = new ArrayList<BatchItemFailure>();
    for (var sqsMessage : batch.getRecords()) {
      var message = toQueueMessage(sqsMessage);
      var delay =
          switch (process(message, context)) {
            case ProcessingResult.Completed _ -> null;
            case ProcessingResult.RetryAfter retryAfter -> retryAfter.delay();
            case ProcessingResult.GroupHeld held -> held.time();
          };
      if (delay != null) {
        visibilityTimeout.extend(
            sqsMessage.getEventSourceArn(), sqsMessage.getReceiptHandle(), delay);
        failures.add(new BatchItemFailure(message.id()));
      }
    }
    return new SQSBatchResponse(failures);
  }

  private SingleResponse processSingle(JsonNode event, Context context) {
    var message = new QueueMessage(context.getAwsRequestId(), event.toString(), 1);
    return switch (process(message, context)) {
      case ProcessingResult.Completed completed ->
          new SingleResponse("completed", completed.summary());
      case ProcessingResult.RetryAfter retryAfter ->
          new SingleResponse("retry", retryAfter.reason());
      case ProcessingResult.GroupHeld held -> new SingleResponse("completed", held.summary());
    };
  }

  private ProcessingResult process(QueueMessage message, Context context) {
    try (var _ = LogContext.of(message)) {
      return processAndLog(message, context);
    }
  }

  private ProcessingResult processAndLog(QueueMessage message, Context context) {
    try {
      var result = processor.process(message, context);
      switch (result) {
        case ProcessingResult.Completed completed -> LOG.info(completed.summary());
        case ProcessingResult.GroupHeld held -> LOG.info(held.summary());
        case ProcessingResult.RetryAfter retryAfter ->
            LOG.atInfo()
                .addKeyValue("retry_after_seconds", retryAfter.delay().toSeconds())
                .log(
                    "trying again in {}: {}",
                    HumanFormat.duration(retryAfter.delay()),
                    retryAfter.reason());
      }
      return result;
    } catch (RuntimeException e) {
      LOG.warn("processing failed; SQS delivers the message again", e);
      throw e;
    }
  }

  private QueueMessage toQueueMessage(SQSMessage message) {
    var attributes = message.getAttributes();
    var now = clock.instant();
    var sentAt =
        Optional.ofNullable(attributes.get("SentTimestamp"))
            .map(milliseconds -> Instant.ofEpochMilli(Long.parseLong(milliseconds)))
            .orElse(now);
    return new QueueMessage(
        message.getMessageId(),
        message.getBody(),
        Integer.parseInt(attributes.getOrDefault("ApproximateReceiveCount", "1")),
        attributes.get("MessageGroupId"),
        Duration.between(now, sentAt.plus(QueueLimits.RETENTION)));
  }

  /** Names the members of an event as Lambda writes them; the library's class spells them alike. */
  private interface SqsEventNames {
    @JsonProperty("Records")
    void setRecords(List<SQSMessage> records);
  }

  private interface SqsMessageNames {
    @JsonProperty("eventSourceARN")
    void setEventSourceArn(String arn);
  }

  @JsonPropertyOrder({"status", "summary"})
  private record SingleResponse(String status, String summary) {}
}
