package io.pullrescue.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.Digest;
import io.pullrescue.testing.ReplicationFixture;
import io.pullrescue.testing.TestImage;
import java.io.IOException;
import java.util.Collections;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Images that exceed a limit: rejected before anything is copied. */
class ImageReplicatorLimitsTest {
  private final ReplicationFixture fixture = new ReplicationFixture();

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void rejectsImageAboveMaxBytes() {
    fixture.dockerHub.pushImage(
        "1", TestImage.randomBytes(1000, 1), TestImage.randomBytes(1000, 2));
    fixture.maxImageBytes = 2001;

    assertFailsBeforeCopying(
        "acme/app:1", "has 2,002 bytes, but the limit (`maxImageSizeGiB`) is 2,001 bytes");
  }

  @Test
  void rejectsImageWhoseSizesOverflow() {
    var layers =
        IntStream.rangeClosed(1, 3)
            .mapToObj(number -> descriptor(number, Long.MAX_VALUE / 2))
            .toList();
    fixture.dockerHub.pushManifest(
        "1",
        TestImage.MANIFEST,
        "{\"schemaVersion\":2,\"config\":%s,\"layers\":%s}".formatted(descriptor(9, 2), layers));

    assertFailsBeforeCopying("acme/app:1", "has 9,223,372,036,854,775,807 bytes");
  }

  @Test
  void rejectsImageWithMoreThan500Blobs() {
    var layers =
        IntStream.rangeClosed(1, 500).mapToObj(number -> descriptor(number, number)).toList();
    fixture.dockerHub.pushManifest(
        "1",
        TestImage.MANIFEST,
        "{\"schemaVersion\":2,\"config\":%s,\"layers\":%s}".formatted(descriptor(999, 2), layers));

    assertFailsBeforeCopying("acme/app:1", "more than 500 blobs");
  }

  @Test
  void rejectsIndexWithMoreThan100Manifests() {
    var children =
        IntStream.rangeClosed(1, 100)
            .mapToObj(number -> Digest.of(new byte[number]))
            .toArray(Digest[]::new);
    fixture.dockerHub.pushIndex("1", children);

    assertFailsBeforeCopying("acme/app:1", "more than 100 manifests");
    assertThat(fixture.dockerHub.requests("GET")).hasSize(1);
  }

  @Test
  void rejectsDeeplyNestedIndexes() {
    var first = fixture.dockerHub.pushIndex("a", fixture.dockerHub.pushImage("image", new byte[1]));
    var second = fixture.dockerHub.pushIndex("b", first);
    fixture.dockerHub.pushIndex("1", second);

    assertFailsBeforeCopying("acme/app:1", "the indexes of the image are nested deeper than 2");
  }

  @Test
  void rejectsManifestWithMoreThan2000Descriptors() {
    var children = new Digest[20];
    for (var i = 0; i < children.length; i++) {
      children[i] = pushManifest("child" + i, 2001, i);
    }
    fixture.dockerHub.pushIndex("1", children);

    assertFailsBeforeCopying("acme/app:1", "refers to more than 2,000 blobs or manifests");
    assertThat(fixture.dockerHub.requests("GET"))
        .as("the index and as many children as are requested at once")
        .hasSizeLessThanOrEqualTo(1 + fixture.maxConcurrentBlobs);
  }

  @Test
  void rejectsImageWithMoreThan10000Descriptors() {
    var children = new Digest[20];
    for (var i = 0; i < children.length; i++) {
      children[i] = pushManifest("child" + i, 1999, i);
    }
    fixture.dockerHub.pushIndex("1", children);

    assertFailsBeforeCopying("acme/app:1", "refer to more than 10,000 blobs and manifests");
    assertThat(fixture.dockerHub.requests("GET"))
        .as("the index, five children, and those that are requested at the same time")
        .hasSizeLessThanOrEqualTo(1 + 5 + fixture.maxConcurrentBlobs);
  }

  @Test
  void rejectsImageWithMoreThan64MebibytesOfManifests() {
    var children = new Digest[17];
    for (var i = 0; i < children.length; i++) {
      children[i] =
          fixture.dockerHub.pushManifest(
              "child" + i,
              TestImage.MANIFEST,
              "{\"schemaVersion\":2,\"x\":\"%d\"}".formatted(i) + " ".repeat(4_100_000));
    }
    fixture.dockerHub.pushIndex("1", children);

    assertFailsBeforeCopying("acme/app:1", "the manifests of the image have more than 64 MiB");
  }

  private Digest pushManifest(String tag, int descriptors, int number) {
    var layers = Collections.nCopies(descriptors, descriptor(1, 1));
    return fixture.dockerHub.pushManifest(
        tag,
        TestImage.MANIFEST,
        "{\"schemaVersion\":2,\"x\":\"%d\",\"layers\":%s}".formatted(number, layers));
  }

  private void assertFailsBeforeCopying(String... messageParts) {
    fixture.assertFails(messageParts);
    assertThat(fixture.dockerHub.requests("GET /v2/acme/app/blobs")).isEmpty();
    assertThat(fixture.mirror.requests("P")).isEmpty();
  }

  private static String descriptor(int number, long size) {
    return TestImage.descriptor("application/x-layer", Digest.of(new byte[number]), size);
  }
}
