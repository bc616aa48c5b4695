package io.pullrescue.registry;

import static io.pullrescue.registry.FaultyRegistry.status;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.Digest;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Registries that lie: other bytes, other sizes, other kinds than they say. */
class CopyLiesTest {
  private static final byte[] LAYER = TestImage.noise(100_000, 8);

  private final CopyScene scene = new CopyScene();

  @AfterEach
  void close() throws IOException {
    scene.close();
  }

  @Test
  void neverCompletesABlobThatIsNotTheOneOfTheManifest() {
    scene.hub.image("1", LAYER);
    var other = TestImage.noise(LAYER.length, 99);
    scene.hub.on(
        "GET",
        "blobs/" + Digest.of(LAYER),
        exchange -> {
          exchange.sendResponseHeaders(200, other.length);
          exchange.getResponseBody().write(other);
        });

    scene.refuses("is " + Digest.of(other) + " by its bytes");

    assertThat(scene.mirror.has("blobs/" + Digest.of(other))).isFalse();
    assertThat(scene.mirror.has("manifests/1")).isFalse();
  }

  @Test
  void refusesAManifestThatIsNotTheOneAnnounced() {
    scene.hub.image("1", LAYER);
    scene.hub.on(
        "GET",
        "manifests/",
        status(200, "{\"schemaVersion\":2}", "Content-Type", TestImage.MANIFEST));

    scene.refuses("and not sha256:");
  }

  @Test
  void refusesAManifestTooLargeToBeOne() {
    scene.hub.image("1", LAYER);
    scene.hub.on("GET", "manifests/", status(200, " ".repeat(4 * 1024 * 1024 + 1)));

    scene.refuses("more than the 4194304 bytes");
  }

  @Test
  void refusesAManifestThatTheRegistryCallsSomethingElse() {
    scene.hub.manifest(
        "1",
        TestImage.MANIFEST,
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[]}".formatted(TestImage.INDEX));

    scene.refuses("calls the manifest " + TestImage.MANIFEST, "calls itself " + TestImage.INDEX);
  }

  @Test
  void refusesAnIndexThatClaimsToBeWithinItself() {
    var child = Digest.of(LAYER);
    scene.hub.manifest(
        "1",
        TestImage.INDEX,
        "{\"schemaVersion\":2,\"manifests\":[%s]}"
            .formatted(TestImage.descriptor(TestImage.INDEX, child, 1)));
    var index = new String(scene.hub.bytes("manifests/1"), UTF_8);
    scene.hub.on("GET", "manifests/" + child, status(200, index, "Content-Type", TestImage.INDEX));

    scene.refuses("and not " + child);
  }

  @Test
  void refusesAManifestOfAnotherSizeThanItsIndexSays() {
    var child = scene.hub.image("child", LAYER);
    scene.hub.manifest(
        "1",
        TestImage.INDEX,
        "{\"schemaVersion\":2,\"manifests\":[%s]}"
            .formatted(TestImage.descriptor(TestImage.MANIFEST, child, 1)));

    scene.refuses(child + " has another size than its index says");
  }

  /** One that is shorter looks like one that was cut. */
  @Test
  void neverCompletesABlobThatIsLargerThanItsDescriptorSays() {
    scene.hub.manifest(
        "1",
        TestImage.MANIFEST,
        "{\"schemaVersion\":2,\"config\":%s,\"layers\":[]}"
            .formatted(TestImage.descriptor("application/x-layer", scene.hub.blob(LAYER), 99_999)));

    scene.refuses("has another size than the 99999 bytes of its descriptor");

    assertThat(scene.mirror.has("blobs/" + Digest.of(LAYER))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "not json",
        "{\"mediaType\":\"a\\r\\nHost: evil/b\"}",
        "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"layers\":[{\"digest\":\"md5:x\"}]}",
        "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":{\"digest\":\"sha256:"
            + "0000000000000000000000000000000000000000000000000000000000000000\",\"size\":-1}}",
        "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"layers\":[{\"digest\":\"sha512:"
            + "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
            + "000000000000000000000000000000000000\",\"size\":1}]}",
      })
  void refusesAManifestThatMakesNoSense(String json) {
    scene.hub.manifest("1", TestImage.MANIFEST, json);

    scene.refuses("manifest");
  }
}
