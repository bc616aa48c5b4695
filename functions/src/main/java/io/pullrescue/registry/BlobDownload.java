package io.pullrescue.registry;

import io.pullrescue.registry.http.ErrorResponseParser;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.registry.http.RegistryRequest;
import io.pullrescue.registry.http.RegistryResponse;
import io.pullrescue.registry.http.RetryExecutor;

/** Opens a blob at any byte of it. */
final class BlobDownload {
  private final RepositoryClient client;
  private final RetryExecutor retry;
  private final Descriptor blob;

  BlobDownload(RepositoryClient client, RetryExecutor retry, Descriptor blob) {
    this.client = client;
    this.retry = retry;
    this.blob = blob;
  }

  long size() {
    return blob.size();
  }

  /**
   * The answer whose body begins at this byte. The registry is asked anew each time, and not the
   * host that it redirected to last: signed addresses expire.
   */
  RegistryResponse openAt(long position) {
    var response =
        retry.execute(() -> {
          var request = RegistryRequest.of("GET", client.uri("blobs/" + blob.digest()));
          var rangeRequest =
              position == 0 ? request : request.withHeader("Range", "bytes=" + position + "-");
          var received = client.send(rangeRequest);
          if (!received.isSuccess()) {
            throw ErrorResponseParser.toException(
                client.operation("pulling", blob.digest().value()), received);
          }
          return received;
        });
    if (!startsAt(response, position)) {
      response.discard();
      throw unavailable("the blob was cut and the registry does not go on where it was cut");
    }
    return response;
  }

  private static boolean startsAt(RegistryResponse response, long position) {
    return position == 0
        ? response.status() == 200
        : response.status() == 206
            && response
                .header("Content-Range")
                .filter(range -> range.strip().startsWith("bytes " + position + "-"))
                .isPresent();
  }

  RegistryException unavailable(String reason) {
    return new RegistryException(
        Reason.UNAVAILABLE, client.operation("pulling", blob.digest().value()) + ": " + reason);
  }
}
