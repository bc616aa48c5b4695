package io.pullrescue.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

/** Reads what is written to standard output. */
final class JsonLoggerTest {
  private static final Logger LOG = LoggerFactory.getLogger(JsonLoggerTest.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PrintStream standardOutput = System.out;
  private final ByteArrayOutputStream captured = new ByteArrayOutputStream();

  @BeforeEach
  void captureStandardOutput() {
    MDC.clear();
    LogSettings.setThreshold(Level.INFO);
    System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restoreStandardOutput() {
    System.setOut(standardOutput);
    MDC.clear();
  }

  @Test
  void lineHasLevelMessageKeysContextAndTime() {
    MDC.put("trigger_id", "shop:1");
    LOG.atInfo()
        .addKeyValue("bytes", 7L)
        .addKeyValue("complete", true)
        .addKeyValue("registry", "docker.io")
        .addKeyValue("reason", (Object) null)
        .log("copied {} of {} blobs", 2, 3);

    var line = line();
    assertThat(line.path("level").asText()).isEqualTo("INFO");
    assertThat(line.path("message").asText()).isEqualTo("copied 2 of 3 blobs");
    assertThat(line.path("bytes").isNumber()).isTrue();
    assertThat(line.path("complete").isBoolean()).isTrue();
    assertThat(line.path("registry").asText()).isEqualTo("docker.io");
    assertThat(line.path("reason").isNull()).isTrue();
    assertThat(line.path("trigger_id").asText()).isEqualTo("shop:1");
    assertThat(Instant.parse(line.path("timestamp").asText()))
        .isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
    assertThat(line.path("timestamp").asText()).matches("[0-9-]+T[0-9:]+[.][0-9]{3}Z");
  }

  @Test
  void lineBreaksQuotesAndControlCharactersStayInTheirLine() {
    LOG.warn("a\n\"}{\u0000\u001b[31m\u2028");

    assertThat(line().path("message").asText()).isEqualTo("a\n\"}{\u0000\u001b[31m\u2028");
  }

  @Test
  void errorHasNameMessageAndStack() {
    LOG.error("failed", new IllegalStateException("no", new IOException("cause")));

    var error = line().path("error");
    assertThat(error.path("name").asText()).isEqualTo("java.lang.IllegalStateException");
    assertThat(error.path("message").asText()).isEqualTo("no");
    assertThat(error.path("stack").asText())
        .contains("errorHasNameMessageAndStack", "Caused by: java.io.IOException: cause");
  }

  @Test
  void errorIsWrittenWithKeysToo() {
    LOG.atError().addKeyValue("code", 3).setCause(new IOException("no")).log("failed");

    assertThat(line().path("error").path("message").asText()).isEqualTo("no");
  }

  @Test
  void threadInheritsContext() throws InterruptedException {
    MDC.put("message_id", "m1");
    Thread.ofVirtual().start(() -> LOG.info("copying")).join();

    assertThat(line().path("message_id").asText()).isEqualTo("m1");
  }

  @Test
  void writesNothingBelowThreshold() {
    LOG.debug("hidden");
    LoggerFactory.getLogger("software.amazon.awssdk.request").info("hidden");
    LoggerFactory.getLogger("software.amazon.awssdk.request").warn("shown");
    LogSettings.setThreshold(null);
    LOG.error("hidden");
    LogSettings.setThreshold(Level.INFO);

    assertThat(line().path("message").asText()).isEqualTo("shown");
  }

  @Test
  void writesEachLineAtOnce() {
    var writes = new ByteArrayOutputStream();
    System.setOut(
        new PrintStream(writes) {
          @Override
          public void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, length);
            captured.write('#');
          }
        });
    LOG.info("first");
    LOG.info("second");

    assertThat(captured.toString(StandardCharsets.UTF_8)).isEqualTo("##");
    assertThat(writes.toString(StandardCharsets.UTF_8).lines()).hasSize(2);
  }

  private JsonNode line() {
    var lines = captured.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(1);
    try {
      return JSON.readTree(lines.getFirst());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
