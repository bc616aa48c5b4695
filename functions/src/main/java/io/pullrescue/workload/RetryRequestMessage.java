package io.pullrescue.workload;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.pullrescue.event.EventJson;
import io.pullrescue.event.IncomingEvent.BuildFailed;
import io.pullrescue.event.Trigger;
import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.RetryRequest.Recovery;
import io.pullrescue.workload.RetryRequest.Restore;
import io.pullrescue.workload.RetryRequest.Retry;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads and writes retry requests as the JSON of their messages. */
public final class RetryRequestMessage {
  private RetryRequestMessage() {}

  /** Returns the JSON of a request. */
  static String write(RetryRequest request) {
    return EventJson.write(
        switch (request) {
          case Retry retry -> RetryBody.of(retry);
          case Recovery recovery -> new RecoveryBody(recovery.buildId());
          case Restore restore -> new RestoreBody(restore.project());
        });
  }

  /**
   * Returns the request in the body of a message; empty if it is not exactly one.
   *
   * @param messageId the SQS message id, or the request id of a direct invocation
   */
  public static Optional<RetryRequest> parse(String body, String messageId) {
    return read(body, RetryBody.class)
        .flatMap(RetryBody::toRequest)
        .<RetryRequest>map(retry -> retry)
        .or(() -> read(body, RecoveryBody.class).flatMap(RecoveryBody::toRequest))
        .or(() -> read(body, RestoreBody.class).flatMap(restore -> restore.toRequest(messageId)));
  }

  private static <T> Optional<T> read(String body, Class<T> type) {
    try {
      return Optional.ofNullable(EventJson.readStrictly(body, type));
    } catch (JsonProcessingException malformed) {
      return Optional.empty();
    }
  }

  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  @JsonPropertyOrder({"trigger", "image", "waits", "notBefore", "allMirrored"})
  private record RetryBody(
      @Nullable Trigger trigger, String image, int waits, String notBefore, boolean allMirrored) {
    /** No request waits as often; a forged number must not overflow. */
    private static final int MAX_WAITS = 100;

    static RetryBody of(Retry retry) {
      var notBefore = retry.notBefore();
      return new RetryBody(
          retry.trigger(),
          retry.image().toString(),
          retry.waits(),
          notBefore == null ? "" : notBefore.toString(),
          retry.allMirrored());
    }

    Optional<Retry> toRequest() {
      var reference = ImageReference.parse(image);
      if (trigger == null || reference.isEmpty() || waits < 0 || waits > MAX_WAITS) {
        return Optional.empty();
      }
      try {
        var time = notBefore.isEmpty() ? null : Instant.parse(notBefore);
        return Retry.of(trigger, reference.get())
            .map(retry -> retry.resumed(waits, time, allMirrored));
      } catch (DateTimeException notATime) {
        return Optional.empty();
      }
    }
  }

  private record RecoveryBody(String recovered) {
    Optional<RetryRequest> toRequest() {
      return BuildFailed.parse(recovered).map(build -> new Recovery(build.buildId()));
    }
  }

  private record RestoreBody(String restore) {
    /** CodeBuild: project names have 2 to 150 characters. */
    private static final Pattern PROJECT_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{1,149}");

    Optional<RetryRequest> toRequest(String messageId) {
      return PROJECT_NAME.matcher(restore).matches()
          ? Optional.of(new Restore(restore, messageId))
          : Optional.empty();
    }
  }
}
