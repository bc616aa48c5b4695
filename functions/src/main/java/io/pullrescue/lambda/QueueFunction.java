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
import io.pullrescue.aws.SqsDelay;
import io.pullrescue.lambda.Message.Outcome;
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
final class QueueFunction {
  private static final Logger LOG = LoggerFactory.getLogger(QueueFunction.class);

  /**
   * Lambda writes {@code Records} and {@code eventSourceARN}; the library's fields differ in case.
   */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
          .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
          .build();

  private final Worker worker;
  private final SqsDelay delay;

  QueueFunction(Worker worker, SqsDelay delay) {
    this.worker = worker;
    this.delay = delay;
  }

  void handle(InputStream input, OutputStream output, Context context) throws IOException {
    var event = JSON.readTree(input);
    Object answer = PowertoolsLogging.withLogging(context, () -> answer(event, context));
    JSON.writeValue(output, answer);
  }

  private Object answer(JsonNode event, Context context) {
    return event.has("Records") ? batch(event, context) : single(event, context);
  }

  private SQSBatchResponse batch(JsonNode event, Context context) {
    var failures = new ArrayList<BatchItemFailure>();
    for (var record : JSON.convertValue(event, SQSEvent.class).getRecords()) {
      if (!isDone(message(record), context)) {
        failures.add(new BatchItemFailure(record.getMessageId()));
      }
    }
    return new SQSBatchResponse(failures);
  }

  private static Message message(SQSMessage record) {
    var attempt = record.getAttributes().getOrDefault("ApproximateReceiveCount", "1");
    return new Message(
        record.getMessageId(),
        record.getBody(),
        Integer.parseInt(attempt),
        new Message.Receipt(record.getEventSourceArn(), record.getReceiptHandle()));
  }

  private boolean isDone(Message message, Context context) {
    return switch (worker.work(message, context)) {
      case Outcome.Done it -> {
        LOG.info(it.summary());
        yield true;
      }
      case Outcome.Later it -> {
        LOG.info("again in {} s: {}", it.after().toSeconds(), it.why());
        putBack(message, it);
        yield false;
      }
    };
  }

  private void putBack(Message message, Outcome.Later later) {
    var receipt = message.receipt();
    if (receipt != null) {
      delay.hide(receipt.queueArn(), receipt.handle(), later.after());
    }
  }

  private Map<String, String> single(JsonNode event, Context context) {
    var message = new Message(context.getAwsRequestId(), event.toString(), 1, null);
    return switch (worker.work(message, context)) {
      case Outcome.Done it -> Map.of("done", it.summary());
      case Outcome.Later it -> Map.of("tryAgain", it.why());
    };
  }
}
