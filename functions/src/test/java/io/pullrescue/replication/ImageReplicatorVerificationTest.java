package io.pullrescue.replication;

import static io.pullrescue.testing.FaultyRegistry.status;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.Digest;
import io.pullrescue.testing.FaultyRegistry;
import io.pullrescue.testing.ReplicationFixture;
import io.pullrescue.testing.TestImage;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Registries that return other content, sizes or types than they announce. */
class ImageReplicatorVerificationTest {
  private static final byte[] LAYER = TestImage.randomBytes(100_000, 8);

  private final ReplicationFixture fixture = new ReplicationFixture();

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void rejectsBlobWithWrongDigest() {
    fixture.dockerHub.pushImage("1", LAYER);
    var other = TestImage.randomBytes(LAYER.length, 99);
    FaultyRegistry.ResponseHandler otherBytes =
        exchange -> {
          exchange.sendResponseHeaders(200, other.length);
          exchange.getResponseBody().write(other);
        };
    fixture.dockerHub.enqueue("GET", "blobs/" + Digest.of(LAYER), otherBytes, otherBytes);

    fixture.assertFails("content with the digest " + Digest.of(other));

    assertThat(fixture.mirror.exists("blobs/" + Digest.of(other))).isFalse();
    assertThat(fixture.mirror.exists("manifests/1")).isFalse();
  }

  @Test
  void rejectsManifestWithWrongDigest() {
    fixture.dockerHub.pushImage("1", LAYER);
    var other = status(200, "{\"schemaVersion\":2}", "Content-Type", TestImage.MANIFEST);
    fixture.dockerHub.enqueue("GET", "manifests/", other, other);

    fixture.assertFails(" instead of sha256:");
  }

  @Test
  void rejectsOversizedManifest() {
    fixture.dockerHub.pushImage("1", LAYER);
    fixture.dockerHub.enqueue("GET", "manifests/", status(200, " ".repeat(4 * 1024 * 1024 + 1)));

    fixture.assertFails("more than 4194304 bytes");
  }

  @Test
  void rejectsManifestWithConflictingMediaType() {
    fixture.dockerHub.pushManifest(
        "1",
        TestImage.MANIFEST,
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[]}".formatted(TestImage.INDEX));

    fixture.assertFails(
        "the manifest as " + TestImage.MANIFEST, "its mediaType is " + TestImage.INDEX);
  }

  @Test
  void rejectsIndexThatContainsItself() {
    var child = Digest.of(LAYER);
    fixture.dockerHub.pushManifest(
        "1",
        TestImage.INDEX,
        "{\"schemaVersion\":2,\"manifests\":[%s]}"
            .formatted(TestImage.descriptor(TestImage.INDEX, child, 1)));
    var index = new String(fixture.dockerHub.content("manifests/1"), UTF_8);
    var itself = status(200, index, "Content-Type", TestImage.INDEX);
    fixture.dockerHub.enqueue("GET", "manifests/" + child, itself, itself);

    fixture.assertFails(" instead of " + child);
  }

  @Test
  void rejectsManifestWithWrongSize() {
    var child = fixture.dockerHub.pushImage("child", LAYER);
    fixture.dockerHub.pushManifest(
        "1",
        TestImage.INDEX,
        "{\"schemaVersion\":2,\"manifests\":[%s]}"
            .formatted(TestImage.descriptor(TestImage.MANIFEST, child, 1)));

    fixture.assertFails(child + " does not have the size that its index specifies");
  }

  /** A shorter blob would look like an interrupted download. */
  @Test
  void rejectsBlobLargerThanItsDescriptor() {
    fixture.dockerHub.pushManifest(
        "1",
        TestImage.MANIFEST,
        "{\"schemaVersion\":2,\"config\":%s,\"layers\":[]}"
            .formatted(
                TestImage.descriptor(
                    "application/x-layer", fixture.dockerHub.pushBlob(LAYER), 99_999)));

    fixture.assertFails("does not have the 99999 bytes of its descriptor");

    assertThat(fixture.mirror.exists("blobs/" + Digest.of(LAYER))).isFalse();
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
  void rejectsMalformedManifest(String json) {
    fixture.dockerHub.pushManifest("1", TestImage.MANIFEST, json);

    fixture.assertFails("manifest");
  }
}
