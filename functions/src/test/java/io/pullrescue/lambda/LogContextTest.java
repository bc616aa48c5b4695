package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.event.Trigger;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.ProcessingResult.Completed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.utils.Lazy;

/** Reads the JSON lines that the functions write to their log. */
final class LogContextTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MESSAGES =
      """
      {"Records": [
        {"messageId": "m1", "receiptHandle": "r1", "body": "{}", "eventSourceARN": "arn:aws:sqs:a:1:q",
         "attributes": {"ApproximateReceiveCount": "3"}},
        {"messageId": "m2", "receiptHandle": "r2", "body": "{}", "eventSourceARN": "arn:aws:sqs:a:1:q",
         "attributes": {"ApproximateReceiveCount": "1"}}]}\
      """;

  private final PrintStream standardOutput = System.out;
  private final ByteArrayOutputStream captured = new ByteArrayOutputStream();

  @BeforeEach
  void captureStandardOutput() {
    MDC.clear();
    System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restoreStandardOutput() {
    System.setOut(standardOutput);
  }

  @Test
  void everyLineNamesMessageTriggerAndImage() throws IOException {
    handle((message, context) -> {
      LogContext.setTrigger(new Trigger.Build(TestFixtures.BUILD, "shop"));
      LogContext.setImage(TestFixtures.RUBY);
      LoggerFactory.getLogger("test").atInfo().addKeyValue("bytes", 7).log("working");
      return new Completed("done");
    });

    assertThat(lines())
        .hasSize(4)
        .allSatisfy(line -> {
          assertThat(line.path("trigger_id").asText()).isEqualTo(TestFixtures.BUILD);
          assertThat(line.path("image").asText()).isEqualTo("docker.io/library/ruby:2.7");
        });
    assertThat(lines())
        .extracting(line -> line.path("message_id").asText() + line.path("receive_count").asText())
        .containsExactly("m13", "m13", "m21", "m21");
    assertThat(lines().getFirst().path("bytes").asInt()).isEqualTo(7);
    assertThat(lines().get(1).path("bytes").isMissingNode()).isTrue();
  }

  @Test
  void removesKeysAfterEachMessage() throws IOException {
    handle((message, context) -> {
      assertThat(MDC.get("trigger_id")).isNull();
      LogContext.setTrigger(new Trigger.Manual("request-1"));
      return new Completed("done");
    });

    assertThat(MDC.get("trigger_id")).isNull();
    assertThat(MDC.get("message_id")).isNull();
  }

  @Test
  void threadsOfMessageInheritKeys() throws IOException {
    handle((message, context) -> {
      var thread = Thread.ofVirtual().start(() -> LoggerFactory.getLogger("test").info("copying"));
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return new Completed("done");
    });

    assertThat(lines())
        .filteredOn(line -> line.path("message").asText().equals("copying"))
        .extracting(line -> line.path("message_id").asText())
        .containsExactly("m1", "m2");
  }

  @Test
  void logsExceptionWithKeysOfItsMessage() {
    assertThatThrownBy(() ->
            handle((message, context) -> {
              throw new IllegalStateException("out of luck");
            }))
        .hasMessage("out of luck");

    assertThat(lines())
        .singleElement()
        .satisfies(line -> {
          assertThat(line.path("level").asText()).isEqualTo("WARN");
          assertThat(line.path("message_id").asText()).isEqualTo("m1");
          assertThat(line.path("error").path("message").asText()).isEqualTo("out of luck");
        });
  }

  private static void handle(MessageProcessor processor) throws IOException {
    new SqsMessageHandler(
            processor,
            new VisibilityTimeout(Lazy.withValue(mock(SqsClient.class))),
            InstantSource.system())
        .handle(
            new ByteArrayInputStream(MESSAGES.getBytes(StandardCharsets.UTF_8)),
            OutputStream.nullOutputStream(),
            TestFixtures.context(1000));
  }

  private List<JsonNode> lines() {
    return captured.toString(StandardCharsets.UTF_8).lines().map(LogContextTest::parse).toList();
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
