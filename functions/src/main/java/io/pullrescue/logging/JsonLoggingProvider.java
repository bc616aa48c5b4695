package io.pullrescue.logging;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Connects SLF4J with {@link JsonLogger}. A logging library with a configuration of its own takes
 * half a second of each cold start, of which nothing here is used.
 */
public final class JsonLoggingProvider implements SLF4JServiceProvider {
  private final ConcurrentMap<String, JsonLogger> loggers = new ConcurrentHashMap<>();
  private final IMarkerFactory markers = new BasicMarkerFactory();

  /** The threads that copy blobs inherit the keys of the message they work for. */
  private final MDCAdapter context = new BasicMDCAdapter();

  @Override
  public ILoggerFactory getLoggerFactory() {
    return name ->
        loggers.computeIfAbsent(name, newName -> new JsonLogger(newName, threshold(newName)));
  }

  private static Level threshold(String name) {
    return name.startsWith("software.amazon.awssdk") ? Level.WARN : Level.TRACE;
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return context;
  }

  @Override
  public String getRequestedApiVersion() {
    return "2.0.99";
  }

  @Override
  public void initialize() {}
}
