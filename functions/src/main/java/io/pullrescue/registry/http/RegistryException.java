package io.pullrescue.registry.http;

import java.time.Duration;

/**
 * Reports that a registry rejected a request, did not answer it, or returned something that must
 * not be used.
 */
public final class RegistryException extends RuntimeException {
  private final Reason reason;
  private final Duration retryAfter;
  private final int status;
  private final boolean worthRepeating;

  /** Names the kinds of errors that callers treat differently. */
  public enum Reason {
    /** The image does not exist. */
    NOT_FOUND,
    /** Access was denied: 401 with a fresh token, or 403. */
    DENIED,
    /** Too many requests. */
    RATE_LIMITED,
    /** No response, an interrupted response, or an error of the registry itself. */
    UNAVAILABLE,
    /** A response that must not be used: another digest, too large, a forbidden redirect. */
    INVALID_RESPONSE,
    /** The mirror rejected a manifest, probably because it lacks content that this refers to. */
    CONTENT_MISSING,
    /** The tag exists with another digest and cannot be moved. */
    TAG_IMMUTABLE,
    /** A limit of ours is reached: of requests or of bytes. */
    LIMIT_EXCEEDED,
    /** The repository exists, but must not be written to. */
    REPOSITORY_UNUSABLE,
    /** Our own deadline has passed. */
    DEADLINE_EXCEEDED
  }

  /** Creates an exception without a cause. */
  public RegistryException(Reason reason, String message) {
    this(reason, message, Duration.ZERO);
  }

  RegistryException(Reason reason, String message, Duration retryAfter) {
    this(reason, message, retryAfter, 0, false);
  }

  RegistryException(
      Reason reason, String message, Duration retryAfter, int status, boolean worthRepeating) {
    super(message);
    this.reason = reason;
    this.retryAfter = retryAfter;
    this.status = status;
    this.worthRepeating = worthRepeating;
  }

  /**
   * Creates an exception with a cause.
   *
   * @param cause goes to the log, so its message must not quote a response
   */
  public RegistryException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.retryAfter = Duration.ZERO;
    this.status = 0;
    this.worthRepeating = false;
  }

  /** Creates an exception for a response that may have been damaged on its way. */
  public static RegistryException ofDamagedResponse(String message) {
    return new RegistryException(Reason.INVALID_RESPONSE, message, Duration.ZERO, 0, true);
  }

  /**
   * Returns this failure with another reason, for callers that know more than the response says.
   */
  public RegistryException withReason(Reason other) {
    var copy =
        new RegistryException(
            other,
            String.valueOf(getMessage()),
            retryAfter,
            status,
            other == Reason.INVALID_RESPONSE && worthRepeating);
    copy.initCause(this);
    return copy;
  }

  /** Returns the kind of the error. */
  public Reason reason() {
    return reason;
  }

  /** Returns the delay that the registry requests; zero if it requests none. */
  public Duration retryAfter() {
    return retryAfter;
  }

  /** Returns the HTTP status; zero if there was no response or its status was a success. */
  public int status() {
    return status;
  }

  /**
   * Returns whether the same request may succeed if it is sent once more, although the answer looks
   * final: damaged or unexpected content, or a denial that is not the registry's decision.
   */
  boolean isWorthRepeating() {
    return worthRepeating;
  }

  /** Returns whether the same request may succeed later. */
  public boolean isTemporary() {
    return switch (reason) {
      case RATE_LIMITED, UNAVAILABLE, DEADLINE_EXCEEDED -> true;
      case NOT_FOUND,
          DENIED,
          INVALID_RESPONSE,
          CONTENT_MISSING,
          TAG_IMMUTABLE,
          LIMIT_EXCEEDED,
          REPOSITORY_UNUSABLE ->
          false;
    };
  }
}
