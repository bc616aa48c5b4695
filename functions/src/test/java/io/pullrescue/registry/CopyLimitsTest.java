package io.pullrescue.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.Digest;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Images that are more than an image should be: refused by name, before anything moves. */
class CopyLimitsTest {
  private final CopyScene scene = new CopyScene();

  @AfterEach
  void close() throws IOException {
    scene.close();
  }

  @Test
  void refusesAnImageOfMoreBytesThanTheOperatorAllows() {
    scene.hub.image("1", TestImage.noise(1000, 1), TestImage.noise(1000, 2));
    scene.mostBytes = 2001;

    refused("acme/app:1", "has 2002 bytes and at most 2001 are copied");
  }

  @Test
  void refusesSizesThatAddUpToMoreThanANumberCanHold() {
    var layers =
        IntStream.rangeClosed(1, 3)
            .mapToObj(number -> descriptor(number, Long.MAX_VALUE / 2))
            .toList();
    scene.hub.manifest(
        "1",
        TestImage.MANIFEST,
        "{\"schemaVersion\":2,\"config\":%s,\"layers\":%s}".formatted(descriptor(9, 2), layers));

    refused("acme/app:1", "has 9223372036854775807 bytes");
  }

  @Test
  void refusesAnImageOfMoreThanFiveHundredBlobs() {
    var layers =
        IntStream.rangeClosed(1, 500).mapToObj(number -> descriptor(number, number)).toList();
    scene.hub.manifest(
        "1",
        TestImage.MANIFEST,
        "{\"schemaVersion\":2,\"config\":%s,\"layers\":%s}".formatted(descriptor(999, 2), layers));

    refused("acme/app:1", "more than 500 blobs");
  }

  @Test
  void refusesAnIndexOfMoreThanAHundredManifestsAndPullsNoneOfThem() {
    var children =
        IntStream.rangeClosed(1, 100)
            .mapToObj(number -> Digest.of(new byte[number]))
            .toArray(Digest[]::new);
    scene.hub.index("1", children);

    refused("acme/app:1", "more than 100 manifests");
    assertThat(scene.hub.requests("GET")).hasSize(1);
  }

  @Test
  void refusesIndexesThatAreNestedWithoutEnd() {
    var first = scene.hub.index("a", scene.hub.image("image", new byte[1]));
    var second = scene.hub.index("b", first);
    scene.hub.index("1", second);

    refused("acme/app:1", "nested deeper than 2");
  }

  private void refused(String... words) {
    scene.refuses(words);
    assertThat(scene.hub.requests("GET /v2/acme/app/blobs")).isEmpty();
    assertThat(scene.mirror.requests("P")).isEmpty();
  }

  private static String descriptor(int number, long size) {
    return TestImage.descriptor("application/x-layer", Digest.of(new byte[number]), size);
  }
}
