package io.pullrescue.replication;

import static io.pullrescue.testing.FaultyRegistry.dropConnection;
import static io.pullrescue.testing.FaultyRegistry.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.Digest;
import io.pullrescue.replication.ReplicationResult.Deferred;
import io.pullrescue.replication.ReplicationResult.Replicated;
import io.pullrescue.testing.ReplicationFixture;
import io.pullrescue.testing.TestImage;
import java.io.IOException;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Downloads and uploads of blobs that are interrupted. */
class ImageReplicatorInterruptionTest {
  private static final byte[] LAYER = TestImage.randomBytes(3_000_000, 7);
  private static final String BLOB = "blobs/" + Digest.of(LAYER);
  private static final String UPLOAD = "digest=" + Digest.of(LAYER);

  private final ReplicationFixture fixture = new ReplicationFixture();

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void resumesDownloadByRange() {
    var hub = fixture.dockerHub;
    hub.pushImage("2.7", LAYER);
    hub.enqueue(
        "GET",
        "blobs/" + Digest.of(LAYER),
        hub.truncateAfter(1_000_000),
        hub.truncateAfter(1_000),
        hub.truncateAfter(0),
        hub.truncateAfter(1_500_000));

    assertThat(fixture.replicate("acme/app:2.7")).isInstanceOf(Replicated.class);

    assertThat(fixture.mirror.content("blobs/" + Digest.of(LAYER))).isEqualTo(LAYER);
    assertThat(hub.requests("GET /v2/acme/app/blobs/" + Digest.of(LAYER))).hasSize(5);
    assertThat(fixture.mirror.requests("PUT")).as("one PUT a blob").hasSize(3);
  }

  @Test
  void restartsBlobWhenContentRangeIsWrong() {
    var hub = fixture.dockerHub;
    hub.pushImage("2.7", LAYER);
    hub.enqueue(
        "GET",
        BLOB,
        hub.truncateAfter(1_000_000),
        exchange -> {
          exchange.getResponseHeaders().add("Content-Range", "bytes 999999-2999999/3000000");
          exchange.sendResponseHeaders(206, 2_000_001);
          exchange.getResponseBody().write(LAYER, 999_999, 2_000_001);
        });

    assertLayerCopied();
    assertThat(hub.requests("GET /v2/acme/app/" + BLOB)).hasSize(3);
  }

  @Test
  void restartsBlobWhenRangesAreUnsupported() {
    var hub = fixture.dockerHub;
    hub.pushImage("2.7", LAYER);
    hub.enqueue(
        "GET",
        BLOB,
        hub.truncateAfter(1_000_000),
        exchange -> {
          exchange.sendResponseHeaders(200, LAYER.length);
          exchange.getResponseBody().write(LAYER);
        });

    assertLayerCopied();
  }

  @Test
  void defersWhenDownloadIsInterruptedForever() {
    fixture.dockerHub.pushImage("2.7", LAYER);
    fixture.dockerHub.enqueue(
        "GET", BLOB, Collections.nCopies(50, fixture.dockerHub.truncateAfter(100_000)));

    assertThat(fixture.replicate("acme/app:2.7", ReplicationFixture.deadlineWithoutRetries()))
        .isInstanceOf(Deferred.class);
    assertThat(fixture.dockerHub.requests("GET /v2/acme/app/" + BLOB))
        .as("the first request, and one after each of four interruptions")
        .hasSize(5);
    assertThat(fixture.mirror.exists(BLOB)).isFalse();
    assertThat(fixture.mirror.exists("manifests/2.7")).isFalse();
  }

  @Test
  void retriesTemporarilyUnavailableBlob() {
    fixture.dockerHub.pushImage("2.7", LAYER);
    fixture.dockerHub.enqueue("GET", BLOB, status(503, ""), status(503, ""), dropConnection());

    assertLayerCopied();
  }

  @Test
  void restartsFailedUpload() {
    fixture.dockerHub.pushImage("2.7", LAYER);
    fixture.mirror.enqueue(
        "PUT", "digest=" + Digest.of(LAYER), status(503, ""), status(404, ""), status(416, ""));

    assertThat(fixture.replicate("acme/app:2.7")).isInstanceOf(Replicated.class);

    assertThat(fixture.mirror.content("blobs/" + Digest.of(LAYER))).isEqualTo(LAYER);
  }

  @Test
  void restartsInterruptedUpload() {
    fixture.dockerHub.pushImage("2.7", LAYER);
    fixture.mirror.enqueue(
        "PUT",
        UPLOAD,
        exchange -> {
          exchange.getRequestBody().readNBytes(1_000_000);
          exchange.close();
        });

    assertLayerCopied();
    assertThat(fixture.mirror.requests("POST")).as("a new session for each try").hasSize(3);
  }

  @Test
  void skipsUploadWhenBlobAlreadyExists() {
    fixture.dockerHub.pushImage("2.7", LAYER);
    var exists = "{\"errors\":[{\"code\":\"LAYER_ALREADY_EXISTS\",\"message\":\"it exists\"}]}";
    fixture.mirror.enqueue(
        "PUT",
        UPLOAD,
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          fixture.mirror.pushBlob(LAYER);
          status(400, exists).handle(exchange);
        });

    assertLayerCopied();
    assertThat(fixture.mirror.requests("PUT /v2/docker-hub/acme/app/blobs"))
        .as("one for the layer, one for the configuration")
        .hasSize(2);
  }

  private void assertLayerCopied() {
    assertThat(fixture.replicate("acme/app:2.7")).isInstanceOf(Replicated.class);
    assertThat(fixture.mirror.content(BLOB)).isEqualTo(LAYER);
  }
}
