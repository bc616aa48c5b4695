package io.pullrescue.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.image.Digest;
import io.pullrescue.replication.Replication.Replicated;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** All kinds of images that registries hold: each arrives with the bytes and the digest it had. */
class CopyKindsTest {
  private static final String DOCKER = "application/vnd.docker.distribution.manifest.v2+json";
  private static final String LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
  private static final byte[] LAYER = TestImage.noise(50_000, 3);

  private final CopyScene scene = new CopyScene();

  @AfterEach
  void close() throws IOException {
    scene.close();
  }

  @Test
  void dockersOwnManifestsAndLists() {
    var one = scene.hub.manifest("one", DOCKER, docker("application/x-layer", LAYER));
    var two = scene.hub.manifest("two", DOCKER, docker("application/x-layer", new byte[0]));
    scene.hub.manifest(
        "1",
        LIST,
        "{\"schemaVersion\": 2,\n\"mediaType\":\"%s\",\"manifests\":[%s,%s]}"
            .formatted(LIST, platform(one, "amd64"), platform(two, "arm64")));

    copied("1", one, two);
  }

  @Test
  void layersOfEveryCompressionAndNoneAtAll() {
    var compressed = TestImage.noise(9_000, 9);
    var image =
        scene.hub.manifest(
            "1",
            TestImage.MANIFEST,
            oci(
                descriptor("application/vnd.oci.image.layer.v1.tar+zstd", compressed),
                descriptor("application/vnd.oci.image.layer.v1.tar", LAYER),
                descriptor("application/vnd.oci.image.layer.v1.tar+gzip", new byte[0])));

    copied("1", image);
    assertThat(scene.mirror.bytes("blobs/" + Digest.of(compressed))).isEqualTo(compressed);
  }

  @Test
  void layersThatAreKeptElsewhereAndAddressesThatAreNeverFollowed() {
    var urls = "\"urls\":[\"%s/windows\"],".formatted(scene.amazon.endpoint());
    var layer =
        TestImage.descriptor(
            "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", Digest.of(new byte[7]), 7);
    scene.hub.manifest("1", DOCKER, docker(layer.replace("{", "{" + urls)));

    assertThat(scene.replicate("acme/app:1"))
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> assertThat(done.tally().blobsMoved()).isEqualTo(1));
    assertThat(scene.amazon.requests("")).isEmpty();
    assertThat(scene.hub.requests("GET /v2/acme/app/blobs")).hasSize(1);
  }

  @Test
  void anIndexWithinAnIndex() {
    var image = scene.hub.image("image", LAYER);
    var inner = scene.hub.index("inner", image);
    scene.hub.index("1", inner, image);

    copied("1", inner, image);
  }

  @Test
  void anArtifactThatSaysWhatItIsAbout() {
    var subject = scene.hub.image("subject", LAYER);
    scene.hub.blob("{}".getBytes(UTF_8));
    var artifact =
        scene.hub.manifest(
            "1",
            TestImage.MANIFEST,
            "{\"schemaVersion\":2,\"artifactType\":\"text/x-report\",\"config\":%s,\"layers\":[],\"subject\":%s}"
                .formatted(
                    descriptor("application/vnd.oci.empty.v1+json", bytes("{}")),
                    TestImage.descriptor(TestImage.MANIFEST, subject, 1)));

    copied("1", artifact);
  }

  @Test
  void anImageByTagAndDigestIsKeptUnderItsDigest() {
    var image = scene.hub.image("1", LAYER);

    assertThat(scene.replicate("acme/app:1@" + image)).isInstanceOf(Replicated.class);
    assertThat(scene.mirror.bytes("manifests/" + image))
        .isEqualTo(scene.hub.bytes("manifests/" + image));
  }

  private void copied(String tag, Digest... parts) {
    assertThat(scene.replicate("acme/app:" + tag)).isInstanceOf(Replicated.class);
    assertThat(scene.mirror.bytes("manifests/" + tag))
        .isNotEmpty()
        .isEqualTo(scene.hub.bytes("manifests/" + tag));
    for (var part : parts) {
      assertThat(scene.mirror.bytes("manifests/" + part))
          .isNotEmpty()
          .isEqualTo(scene.hub.bytes("manifests/" + part));
    }
  }

  private String docker(String mediaType, byte[] layer) {
    return docker(descriptor(mediaType, layer));
  }

  private String docker(String layer) {
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s] }"
        .formatted(
            DOCKER,
            descriptor("application/vnd.docker.container.image.v1+json", bytes("{}")),
            layer);
  }

  private String oci(String... layers) {
    return "{\"schemaVersion\":2,\"config\":%s,\"layers\":[%s]}"
        .formatted(
            descriptor("application/vnd.oci.image.config.v1+json", bytes("{}")),
            String.join(" , ", layers));
  }

  private String descriptor(String mediaType, byte[] content) {
    return TestImage.descriptor(mediaType, scene.hub.blob(content), content.length);
  }

  private String platform(Digest child, String architecture) {
    var size = scene.hub.bytes("manifests/" + child).length;
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"}}"
        .formatted(DOCKER, child, size, architecture);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
