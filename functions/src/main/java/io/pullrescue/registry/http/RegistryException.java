package io.pullrescue.registry.http;

import java.time.Duration;

/** A registry did not do what we asked of it, or what it did must not be taken. */
public final class RegistryException extends RuntimeException {
  private final Reason reason;
  private final Duration retryAfter;

  /** The kinds of refusal that make a difference to what follows. */
  public enum Reason {
    /** There is no such image. */
    NOT_FOUND,
    /** Not for us: 401 with a fresh token, or 403. */
    DENIED,
    /** Too many requests. */
    RATE_LIMITED,
    /** No answer, an answer cut short, or the registry's own failure. */
    UNAVAILABLE,
    /** An answer that must not be used: another digest, too large, not allowed to be followed. */
    INVALID_RESPONSE,
    /** The tag is there with another digest and may not be moved. */
    TAG_IMMUTABLE,
    /** Our own time is up. */
    DEADLINE_EXCEEDED
  }

  /** A refusal that another try soon may mend, or that none will. */
  public RegistryException(Reason reason, String message) {
    this(reason, message, Duration.ZERO);
  }

  /** A refusal with the time after which the registry wants to be asked again. */
  RegistryException(Reason reason, String message, Duration retryAfter) {
    super(message);
    this.reason = reason;
    this.retryAfter = retryAfter;
  }

  /** A refusal that came of another exception. */
  public RegistryException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.retryAfter = Duration.ZERO;
  }

  /** Which kind it is. */
  public Reason reason() {
    return reason;
  }

  /** How long to wait before another try; zero where the registry does not say. */
  public Duration retryAfter() {
    return retryAfter;
  }

  /** Whether the same request can be answered at another time. */
  public boolean isTemporary() {
    return switch (reason) {
      case RATE_LIMITED, UNAVAILABLE, DEADLINE_EXCEEDED -> true;
      case NOT_FOUND, DENIED, INVALID_RESPONSE, TAG_IMMUTABLE -> false;
    };
  }
}
