package io.pullrescue.logging;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;

/**
 * Writes each line as one JSON object to standard output, with the fields that AWS Lambda and
 * CloudWatch Logs Insights read ({@code timestamp}, {@code level}, {@code message}), the error, the
 * keys of the line, and those of the diagnostic context.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html">Log
 *     level filtering</a>
 */
final class JsonLogger extends LegacyAbstractLogger implements LoggingEventAware {
  private static final long serialVersionUID = 1;

  private static final JsonFactory JSON = new JsonFactory();
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private final Level threshold;

  /** Creates a logger that writes no line below this level. */
  JsonLogger(String name, Level threshold) {
    this.name = name;
    this.threshold = threshold;
  }

  @Override
  public boolean isTraceEnabled() {
    return LogSettings.isEnabled(Level.TRACE, threshold);
  }

  @Override
  public boolean isDebugEnabled() {
    return LogSettings.isEnabled(Level.DEBUG, threshold);
  }

  @Override
  public boolean isInfoEnabled() {
    return LogSettings.isEnabled(Level.INFO, threshold);
  }

  @Override
  public boolean isWarnEnabled() {
    return LogSettings.isEnabled(Level.WARN, threshold);
  }

  @Override
  public boolean isErrorEnabled() {
    return LogSettings.isEnabled(Level.ERROR, threshold);
  }

  @Override
  public void log(LoggingEvent event) {
    var keys = event.getKeyValuePairs();
    write(
        event.getLevel(),
        event.getMessage(),
        event.getArgumentArray(),
        event.getThrowable(),
        keys == null ? List.of() : keys);
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      String message,
      Object @Nullable [] arguments,
      @Nullable Throwable error) {
    write(level, message, arguments, error, List.of());
  }

  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return null; // No line names its caller.
  }

  private static void write(
      Level level,
      String pattern,
      Object @Nullable [] arguments,
      @Nullable Throwable error,
      List<KeyValuePair> keys) {
    var message = MessageFormatter.basicArrayFormat(pattern, arguments);
    if (LogSettings.isTerminal()) {
      System.err.println(level + ": " + message);
      if (error != null) {
        error.printStackTrace();
      }
      return;
    }
    var line = toLine(level, message, error, keys);
    // One call a line: Lambda makes a log event of each.
    System.out.write(line, 0, line.length);
    System.out.flush();
  }

  private static byte[] toLine(
      Level level, @Nullable String message, @Nullable Throwable error, List<KeyValuePair> keys) {
    var line = new ByteArrayOutputStream();
    try (var json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("level", level.toString());
      json.writeStringField("message", message);
      if (error != null) {
        writeError(json, error);
      }
      for (var key : keys) {
        json.writeFieldName(key.key);
        writeValue(json, key.value);
      }
      for (var entry : context().entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeStringField("timestamp", TIME.format(Instant.now()));
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return line.toByteArray();
  }

  private static Map<String, String> context() {
    var context = MDC.getCopyOfContextMap();
    return context == null ? Map.of() : context;
  }

  private static void writeValue(JsonGenerator json, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Boolean flag -> json.writeBoolean(flag);
      default -> json.writeString(value.toString());
    }
  }

  private static void writeError(JsonGenerator json, Throwable error) throws IOException {
    var stack = new StringWriter();
    error.printStackTrace(new PrintWriter(stack));
    json.writeObjectFieldStart("error");
    json.writeStringField("message", error.getMessage());
    json.writeStringField("name", error.getClass().getName());
    json.writeStringField("stack", stack.toString());
    json.writeEndObject();
  }
}
