package io.pullrescue.registry;

import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.registry.http.RegistryRequest;
import io.pullrescue.registry.http.RegistryResponse;
import io.pullrescue.registry.http.RetryBudget;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads the bytes of a blob; resumes an interrupted download over a new connection. */
final class ResumableBlobInputStream extends InputStream {
  private final RepositoryClient client;
  private final Descriptor blob;
  private final RetryBudget retries;
  private @Nullable RegistryResponse response;
  private long position;

  /** Sends the request at once, so that errors occur before an upload is started. */
  ResumableBlobInputStream(RepositoryClient client, Descriptor blob, RetryBudget retries) {
    this.client = client;
    this.blob = blob;
    this.retries = retries;
    this.response = openAt(0);
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    while (true) {
      try {
        var count = currentResponse().body().read(buffer, offset, length);
        if (count >= 0 || position >= blob.size()) {
          position += Math.max(0, count);
          return count;
        }
        recordInterruption("the response ended early");
      } catch (IOException broken) {
        recordInterruption(broken.getClass().getSimpleName());
      }
    }
  }

  private RegistryResponse currentResponse() {
    var current = response;
    if (current == null) {
      current = openAt(position);
      response = current;
    }
    return current;
  }

  /**
   * Requests the bytes from this position on. The request goes to the registry and not to the host
   * of the last redirect, because signed addresses expire.
   */
  private RegistryResponse openAt(long start) {
    var opened =
        client.retry(
            retries,
            () -> {
              var request = RegistryRequest.of("GET", client.uri("blobs/" + blob.digest()));
              var received =
                  client.send(
                      start == 0 ? request : request.withHeader("Range", "bytes=" + start + "-"));
              if (start == 0 ? received.status() == 200 : isResumption(received)) {
                return received;
              }
              throw client.failure(received, "pulling", blob.digest().value());
            });
    if (start > 0 && !startsAt(opened, start)) {
      opened.discard();
      throw unavailable("the download was interrupted and the registry does not resume it");
    }
    return opened;
  }

  /** Registries that do not support ranges send everything, or 416. */
  private static boolean isResumption(RegistryResponse response) {
    return response.isSuccess() || response.status() == 416;
  }

  private static boolean startsAt(RegistryResponse response, long start) {
    return response.status() == 206
        && response
            .header("Content-Range")
            .filter(range -> range.strip().startsWith("bytes " + start + "-"))
            .isPresent();
  }

  private void recordInterruption(String cause) {
    close();
    if (!retries.spendOnInterruption(position)) {
      throw unavailable(
          "the download was interrupted repeatedly, last at byte " + position + ": " + cause);
    }
  }

  private RegistryException unavailable(String reason) {
    return new RegistryException(
        Reason.UNAVAILABLE, client.operation("pulling", blob.digest().value()) + ": " + reason);
  }

  @Override
  public void close() {
    var current = response;
    response = null;
    if (current != null && position >= blob.size()) {
      current.close();
    } else if (current != null) {
      current.discard();
    }
  }
}
