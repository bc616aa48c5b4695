package io.pullrescue.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.image.Digest;
import io.pullrescue.image.Platform;
import io.pullrescue.replication.Replication;
import io.pullrescue.replication.Replication.Refused;
import io.pullrescue.replication.Replication.Replicated;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One platform of an image, and what refers to an image. */
class CopyPartsTest {
  private final CopyScene scene = new CopyScene();

  @BeforeEach
  void anImageForThreePlatforms() {
    var children =
        IntStream.range(0, 3)
            .mapToObj(at -> child(at, new String[] {"amd64", "arm", "arm64"}[at]))
            .collect(Collectors.joining(","));
    scene.hub.manifest(
        "1", TestImage.INDEX, "{\"schemaVersion\":2,\"manifests\":[" + children + "]}");
  }

  @AfterEach
  void close() throws IOException {
    scene.close();
  }

  @Test
  void copiesOnePlatformUnderItsOwnDigestAndSaysSo() {
    var arm64 = digest(2);

    assertThat(only("linux/arm64"))
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> {
          assertThat(done.copy().digest()).isEqualTo(arm64);
          assertThat(done.copy().tag()).isEqualTo("1-linux-arm64");
          assertThat(done.tally().counted()).as("the index and the platform").isEqualTo(2);
          assertThat(done.remarks())
              .containsExactly(
                  "linux/arm64 alone, under its own digest: the whole image is "
                      + Digest.of(scene.hub.bytes("manifests/1")));
        });
    assertThat(scene.mirror.has("manifests/1-linux-arm64")).isTrue();
    assertThat(scene.mirror.has("manifests/1")).isFalse();
    assertThat(scene.mirror.has("manifests/" + digest(0))).isFalse();
  }

  @Test
  void takesAVariantWhereNoneWasAskedFor() {
    assertThat(only("linux/arm"))
        .asInstanceOf(type(Replicated.class))
        .extracting(done -> done.copy().digest())
        .isEqualTo(digest(1));
  }

  @Test
  void saysWhichPlatformsThereAreWhereTheOneIsNot() {
    assertThat(only("windows/amd64"))
        .asInstanceOf(type(Refused.class))
        .extracting(Refused::why)
        .asString()
        .contains("no windows/amd64; it has linux/amd64/v7, linux/arm/v7, linux/arm64/v7");
  }

  @Test
  void bringsWhatTheRegistryListsAsReferringToTheImage() {
    var top = Digest.of(scene.hub.bytes("manifests/1"));
    var signature = scene.hub.image("signature", new byte[] {9});
    var list =
        new String(scene.hub.bytes("manifests/" + scene.hub.index("list", signature)), UTF_8);
    scene.hub.on(
        "GET",
        "referrers/" + top,
        FaultyRegistry.status(200, list, "Content-Type", TestImage.INDEX));

    assertThat(scene.replicate("acme/app:1"))
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> assertThat(done.remarks()).isEmpty());
    assertThat(scene.mirror.has("manifests/" + signature)).isTrue();
    assertThat(scene.mirror.has("manifests/signature")).isFalse();
  }

  @Test
  void bringsWhatIsAttachedUnderTheImagesDigestAsATag() {
    var top = Digest.of(scene.hub.bytes("manifests/1"));
    scene.hub.image("sha256-" + top.hex() + ".sig", new byte[] {9});

    assertThat(scene.replicate("acme/app:1")).isInstanceOf(Replicated.class);
    assertThat(scene.mirror.bytes("manifests/sha256-" + top.hex() + ".sig"))
        .isNotEmpty()
        .isEqualTo(scene.hub.bytes("manifests/sha256-" + top.hex() + ".sig"));
  }

  @Test
  void bringsWhatIsListedOnLaterPagesWithinTheRegistryAlone() {
    var top = Digest.of(scene.hub.bytes("manifests/1"));
    var first = scene.hub.image("first", new byte[] {1});
    var second = scene.hub.image("second", new byte[] {2});
    var third = scene.hub.image("third", new byte[] {3});
    var elsewhere = scene.amazon.endpoint() + "/v2/acme/app/referrers/more";
    page("referrers/" + top, first, "/v2/acme/app/later?page=2");
    page("later?page=2", second, elsewhere);
    scene.amazon.on("GET", "referrers/more", listing(third));

    assertThat(scene.replicate("acme/app:1")).isInstanceOf(Replicated.class);
    assertThat(scene.mirror.has("manifests/" + first)).isTrue();
    assertThat(scene.mirror.has("manifests/" + second)).isTrue();
    assertThat(scene.mirror.has("manifests/" + third)).isFalse();
    assertThat(scene.amazon.requests("GET")).isEmpty();
  }

  private void page(String address, Digest referrer, String next) {
    scene.hub.on(
        "GET",
        address,
        exchange -> {
          exchange.getResponseHeaders().add("Link", "<" + next + ">; rel=\"next\"");
          listing(referrer).to(exchange);
        });
  }

  private FaultyRegistry.Reaction listing(Digest referrer) {
    var index = scene.hub.index("list-" + referrer.hex(), referrer);
    var json = new String(scene.hub.bytes("manifests/" + index), UTF_8);
    return FaultyRegistry.status(200, json, "Content-Type", TestImage.INDEX);
  }

  @Test
  void bringsWhatIsAttachedUnderNamesThatNobodyKnows() {
    var name = "sha256-" + Digest.of(scene.hub.bytes("manifests/1")).hex();
    scene.hub.image(name + ".report", new byte[] {9});
    scene.hub.image("latest", new byte[] {7});
    var tags =
        "{\"tags\":[\"%s.report\",\"latest\",\"../x\",\"sha256-other.sig\"]}".formatted(name);
    scene.hub.on("GET", "tags/list?n=20&last=" + name, FaultyRegistry.status(200, tags));

    assertThat(scene.replicate("acme/app:1")).isInstanceOf(Replicated.class);
    assertThat(scene.mirror.has("manifests/" + name + ".report")).isTrue();
    assertThat(scene.mirror.has("manifests/latest")).as("a tag that nobody asked for").isFalse();
  }

  @Test
  void countsTheImageAsCopiedWhereItsSignatureCouldNotBe() {
    var top = Digest.of(scene.hub.bytes("manifests/1"));
    var signature = scene.hub.image("sha256-" + top.hex() + ".sig", new byte[] {9});
    scene.hub.on(
        "GET", "manifests/" + signature, FaultyRegistry.status(429, "", "Retry-After", "3600"));

    assertThat(scene.replicate("acme/app:1"))
        .asInstanceOf(type(Replicated.class))
        .satisfies(
            done -> assertThat(done.remarks()).singleElement().asString().contains(".sig", "429"));
  }

  private Replication only(String platform) {
    scene.platform = Platform.parse(platform).orElseThrow();
    return scene.replicate("acme/app:1");
  }

  private Digest digest(int child) {
    return Digest.of(scene.hub.bytes("manifests/child" + child));
  }

  private String child(int number, String architecture) {
    var digest = scene.hub.image("child" + number, new byte[] {(byte) number});
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\",\"variant\":\"v7\"}}"
        .formatted(
            TestImage.MANIFEST,
            digest,
            scene.hub.bytes("manifests/" + digest).length,
            architecture);
  }
}
