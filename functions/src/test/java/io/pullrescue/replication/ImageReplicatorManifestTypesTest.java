package io.pullrescue.replication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.image.Digest;
import io.pullrescue.replication.ReplicationResult.Replicated;
import io.pullrescue.testing.ReplicationFixture;
import io.pullrescue.testing.TestImage;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Copies of all manifest types keep their bytes and their digest. */
class ImageReplicatorManifestTypesTest {
  private static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";
  private static final String DOCKER_MANIFEST_LIST =
      "application/vnd.docker.distribution.manifest.list.v2+json";
  private static final byte[] LAYER = TestImage.randomBytes(50_000, 3);

  private final ReplicationFixture fixture = new ReplicationFixture();

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void copiesDockerManifestLists() {
    var one =
        fixture.dockerHub.pushManifest(
            "one", DOCKER_MANIFEST, dockerManifest("application/x-layer", LAYER));
    var two =
        fixture.dockerHub.pushManifest(
            "two", DOCKER_MANIFEST, dockerManifest("application/x-layer", new byte[0]));
    fixture.dockerHub.pushManifest(
        "1",
        DOCKER_MANIFEST_LIST,
        "{\"schemaVersion\": 2,\n\"mediaType\":\"%s\",\"manifests\":[%s,%s]}"
            .formatted(
                DOCKER_MANIFEST_LIST,
                platformDescriptor(one, "amd64"),
                platformDescriptor(two, "arm64")));

    assertCopied("1", one, two);
  }

  @Test
  void copiesLayersOfAnyCompression() {
    var compressed = TestImage.randomBytes(9_000, 9);
    var image =
        fixture.dockerHub.pushManifest(
            "1",
            TestImage.MANIFEST,
            ociManifest(
                descriptor("application/vnd.oci.image.layer.v1.tar+zstd", compressed),
                descriptor("application/vnd.oci.image.layer.v1.tar", LAYER),
                descriptor("application/vnd.oci.image.layer.v1.tar+gzip", new byte[0])));

    assertCopied("1", image);
    assertThat(fixture.mirror.content("blobs/" + Digest.of(compressed))).isEqualTo(compressed);
  }

  @Test
  void skipsForeignLayersAndIgnoresTheirUrls() {
    var urls = "\"urls\":[\"%s/windows\"],".formatted(fixture.ecrPublic.endpoint());
    var layer =
        TestImage.descriptor(
            "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", Digest.of(new byte[7]), 7);
    fixture.dockerHub.pushManifest(
        "1", DOCKER_MANIFEST, dockerManifest(layer.replace("{", "{" + urls)));

    assertThat(fixture.replicate("acme/app:1"))
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> assertThat(done.stats().blobsCopied()).isEqualTo(1));
    assertThat(fixture.ecrPublic.requests("")).isEmpty();
    assertThat(fixture.dockerHub.requests("GET /v2/acme/app/blobs")).hasSize(1);
  }

  @Test
  void copiesNestedIndexes() {
    var image = fixture.dockerHub.pushImage("image", LAYER);
    var inner = fixture.dockerHub.pushIndex("inner", image);
    fixture.dockerHub.pushIndex("1", inner, image);

    assertCopied("1", inner, image);
  }

  @Test
  void copiesArtifactWithSubject() {
    var subject = fixture.dockerHub.pushImage("subject", LAYER);
    fixture.dockerHub.pushBlob("{}".getBytes(UTF_8));
    var artifact =
        fixture.dockerHub.pushManifest(
            "1",
            TestImage.MANIFEST,
            "{\"schemaVersion\":2,\"artifactType\":\"text/x-report\",\"config\":%s,\"layers\":[],\"subject\":%s}"
                .formatted(
                    descriptor("application/vnd.oci.empty.v1+json", utf8("{}")),
                    TestImage.descriptor(TestImage.MANIFEST, subject, 1)));

    assertCopied("1", artifact);
  }

  @Test
  void storesImageByTagAndDigestUnderDigest() {
    var image = fixture.dockerHub.pushImage("1", LAYER);

    assertThat(fixture.replicate("acme/app:1@" + image)).isInstanceOf(Replicated.class);
    assertThat(fixture.mirror.content("manifests/" + image))
        .isEqualTo(fixture.dockerHub.content("manifests/" + image));
  }

  private void assertCopied(String tag, Digest... parts) {
    assertThat(fixture.replicate("acme/app:" + tag)).isInstanceOf(Replicated.class);
    assertThat(fixture.mirror.content("manifests/" + tag))
        .isNotEmpty()
        .isEqualTo(fixture.dockerHub.content("manifests/" + tag));
    for (var selected : parts) {
      assertThat(fixture.mirror.content("manifests/" + selected))
          .isNotEmpty()
          .isEqualTo(fixture.dockerHub.content("manifests/" + selected));
    }
  }

  private String dockerManifest(String mediaType, byte[] layer) {
    return dockerManifest(descriptor(mediaType, layer));
  }

  private String dockerManifest(String layer) {
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s] }"
        .formatted(
            DOCKER_MANIFEST,
            descriptor("application/vnd.docker.container.image.v1+json", utf8("{}")),
            layer);
  }

  private String ociManifest(String... layers) {
    return "{\"schemaVersion\":2,\"config\":%s,\"layers\":[%s]}"
        .formatted(
            descriptor("application/vnd.oci.image.config.v1+json", utf8("{}")),
            String.join(" , ", layers));
  }

  private String descriptor(String mediaType, byte[] content) {
    return TestImage.descriptor(mediaType, fixture.dockerHub.pushBlob(content), content.length);
  }

  private String platformDescriptor(Digest child, String architecture) {
    var size = fixture.dockerHub.content("manifests/" + child).length;
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"}}"
        .formatted(DOCKER_MANIFEST, child, size, architecture);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
