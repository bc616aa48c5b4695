package io.pullrescue.registry;

import static io.pullrescue.registry.FaultyRegistry.hangUp;
import static io.pullrescue.registry.FaultyRegistry.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.Digest;
import io.pullrescue.replication.Deadline;
import io.pullrescue.replication.Replication.Postponed;
import io.pullrescue.replication.Replication.Replicated;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Blobs that do not get through at once, on either side. */
class CopyCutsTest {
  private static final byte[] LAYER = TestImage.noise(3_000_000, 7);
  private static final String BLOB = "blobs/" + Digest.of(LAYER);
  private static final String UPLOAD = "digest=" + Digest.of(LAYER);

  private final CopyScene scene = new CopyScene();

  @AfterEach
  void close() throws IOException {
    scene.close();
  }

  @Test
  void goesOnByRangeWhereADownloadWasCut() {
    var hub = scene.hub;
    hub.image("2.7", LAYER);
    hub.on(
        "GET",
        "blobs/" + Digest.of(LAYER),
        hub.cutAfter(1_000_000),
        hub.cutAfter(1_000),
        hub.cutAfter(0),
        hub.cutAfter(1_500_000));

    assertThat(scene.replicate("acme/app:2.7")).isInstanceOf(Replicated.class);

    assertThat(scene.mirror.bytes("blobs/" + Digest.of(LAYER))).isEqualTo(LAYER);
    assertThat(hub.requests("GET /v2/acme/app/blobs/" + Digest.of(LAYER))).hasSize(5);
    assertThat(scene.mirror.requests("PUT")).as("one PUT a blob").hasSize(3);
  }

  @Test
  void beginsABlobAnewWhereTheUpstreamDoesNotGoOnWhereItWasCut() {
    var hub = scene.hub;
    hub.image("2.7", LAYER);
    hub.on(
        "GET",
        BLOB,
        hub.cutAfter(1_000_000),
        exchange -> {
          exchange.getResponseHeaders().add("Content-Range", "bytes 999999-2999999/3000000");
          exchange.sendResponseHeaders(206, 2_000_001);
          exchange.getResponseBody().write(LAYER, 999_999, 2_000_001);
        });

    copiedWhole();
    assertThat(hub.requests("GET /v2/acme/app/" + BLOB)).hasSize(3);
  }

  @Test
  void beginsABlobAnewWhereTheUpstreamKnowsNoRanges() {
    var hub = scene.hub;
    hub.image("2.7", LAYER);
    hub.on(
        "GET",
        BLOB,
        hub.cutAfter(1_000_000),
        exchange -> {
          exchange.sendResponseHeaders(200, LAYER.length);
          exchange.getResponseBody().write(LAYER);
        });

    copiedWhole();
  }

  @Test
  void givesUpOnABlobThatIsCutWithoutEnd() {
    scene.hub.image("2.7", LAYER);
    scene.hub.on("GET", BLOB, Collections.nCopies(50, scene.hub.cutAfter(1000)));

    var deadline = Deadline.in(Duration.ofSeconds(11), InstantSource.system());

    assertThat(scene.replicate("acme/app:2.7", deadline)).isInstanceOf(Postponed.class);
    assertThat(scene.mirror.has(BLOB)).isFalse();
    assertThat(scene.mirror.has("manifests/2.7")).isFalse();
  }

  @Test
  void asksAgainForABlobThatIsNotThereForAMoment() {
    scene.hub.image("2.7", LAYER);
    scene.hub.on("GET", BLOB, status(503, ""), status(503, ""), hangUp());

    copiedWhole();
  }

  @Test
  void startsAnUploadAgainThatFailed() {
    scene.hub.image("2.7", LAYER);
    scene.mirror.on(
        "PUT", "digest=" + Digest.of(LAYER), status(503, ""), status(404, ""), status(416, ""));

    assertThat(scene.replicate("acme/app:2.7")).isInstanceOf(Replicated.class);

    assertThat(scene.mirror.bytes("blobs/" + Digest.of(LAYER))).isEqualTo(LAYER);
  }

  @Test
  void startsAnUploadAgainThatWasCut() {
    scene.hub.image("2.7", LAYER);
    scene.mirror.on(
        "PUT",
        UPLOAD,
        exchange -> {
          exchange.getRequestBody().readNBytes(1_000_000);
          exchange.close();
        });

    copiedWhole();
    assertThat(scene.mirror.requests("POST")).as("a new session for each try").hasSize(3);
  }

  @Test
  void uploadsNothingTwiceThatIsThereWhateverTheAnswerWas() {
    scene.hub.image("2.7", LAYER);
    var exists = "{\"errors\":[{\"code\":\"LAYER_ALREADY_EXISTS\",\"message\":\"it exists\"}]}";
    scene.mirror.on(
        "PUT",
        UPLOAD,
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          scene.mirror.blob(LAYER);
          status(400, exists).to(exchange);
        });

    copiedWhole();
    assertThat(scene.mirror.requests("PUT /v2/docker-hub/acme/app/blobs"))
        .as("one for the layer, one for the configuration")
        .hasSize(2);
  }

  private void copiedWhole() {
    assertThat(scene.replicate("acme/app:2.7")).isInstanceOf(Replicated.class);
    assertThat(scene.mirror.bytes(BLOB)).isEqualTo(LAYER);
  }
}
