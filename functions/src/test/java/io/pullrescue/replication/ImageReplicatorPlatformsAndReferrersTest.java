package io.pullrescue.replication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.image.Digest;
import io.pullrescue.image.Platform;
import io.pullrescue.replication.ReplicationResult.Failed;
import io.pullrescue.replication.ReplicationResult.Replicated;
import io.pullrescue.testing.FaultyRegistry;
import io.pullrescue.testing.ReplicationFixture;
import io.pullrescue.testing.TestImage;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Copies of one platform of an image, and of the referrers of an image. */
class ImageReplicatorPlatformsAndReferrersTest {
  private final ReplicationFixture fixture = new ReplicationFixture();

  @BeforeEach
  void pushImageForThreePlatforms() {
    var children =
        IntStream.range(0, 3)
            .mapToObj(at -> pushChild(at, new String[] {"amd64", "arm", "arm64"}[at]))
            .collect(Collectors.joining(","));
    fixture.dockerHub.pushManifest(
        "1", TestImage.INDEX, "{\"schemaVersion\":2,\"manifests\":[" + children + "]}");
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void copiesOnePlatformUnderItsOwnDigest() {
    var arm64 = childDigest(2);
    fixture.dockerHub.remainingPulls = "100";

    assertThat(replicatePlatform("linux/arm64"))
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> {
          assertThat(done.mirroredImage().digest()).isEqualTo(arm64);
          assertThat(done.mirroredImage().tag()).isEqualTo("1-linux-arm64");
          assertThat(done.stats().rateLimitedRequests())
              .as("the index and the platform")
              .isEqualTo(2);
          assertThat(done.notes())
              .containsExactly(
                  "only linux/arm64 was copied, under its own digest; the digest of the whole image is "
                      + Digest.of(fixture.dockerHub.content("manifests/1")));
        });
    assertThat(fixture.mirror.exists("manifests/1-linux-arm64")).isTrue();
    assertThat(fixture.mirror.exists("manifests/1")).isFalse();
    assertThat(fixture.mirror.exists("manifests/" + childDigest(0))).isFalse();
  }

  @Test
  void matchesVariantWhenNoneIsRequested() {
    assertThat(replicatePlatform("linux/arm"))
        .asInstanceOf(type(Replicated.class))
        .extracting(done -> done.mirroredImage().digest())
        .isEqualTo(childDigest(1));
  }

  @Test
  void listsAvailablePlatformsWhenRequestedOneIsMissing() {
    assertThat(replicatePlatform("windows/amd64"))
        .asInstanceOf(type(Failed.class))
        .extracting(Failed::reason)
        .asString()
        .contains(
            "does not support windows/amd64; it supports linux/amd64/v7, linux/arm/v7, linux/arm64/v7");
  }

  @Test
  void copiesListedReferrers() {
    var indexDigest = Digest.of(fixture.dockerHub.content("manifests/1"));
    var signature = fixture.dockerHub.pushImage("signature", new byte[] {9});
    var list =
        new String(
            fixture.dockerHub.content(
                "manifests/" + fixture.dockerHub.pushIndex("list", signature)),
            UTF_8);
    fixture.dockerHub.enqueue(
        "GET",
        "referrers/" + indexDigest,
        FaultyRegistry.status(200, list, "Content-Type", TestImage.INDEX));

    assertThat(fixture.replicate("acme/app:1"))
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> assertThat(done.notes()).isEmpty());
    assertThat(fixture.mirror.exists("manifests/" + signature)).isTrue();
    assertThat(fixture.mirror.exists("manifests/signature")).isFalse();
  }

  @Test
  void copiesReferrersTaggedByDigest() {
    var indexDigest = Digest.of(fixture.dockerHub.content("manifests/1"));
    fixture.dockerHub.pushImage("sha256-" + indexDigest.hex() + ".sig", new byte[] {9});

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Replicated.class);
    assertThat(fixture.mirror.content("manifests/sha256-" + indexDigest.hex() + ".sig"))
        .isNotEmpty()
        .isEqualTo(fixture.dockerHub.content("manifests/sha256-" + indexDigest.hex() + ".sig"));
  }

  @Test
  void followsReferrerPagesOnlyWithinRegistry() {
    var indexDigest = Digest.of(fixture.dockerHub.content("manifests/1"));
    var first = fixture.dockerHub.pushImage("first", new byte[] {1});
    var second = fixture.dockerHub.pushImage("second", new byte[] {2});
    var third = fixture.dockerHub.pushImage("third", new byte[] {3});
    var otherHostUrl = fixture.ecrPublic.endpoint() + "/v2/acme/app/referrers/more";
    enqueuePage("referrers/" + indexDigest, first, "/v2/acme/app/later?page=2");
    enqueuePage("later?page=2", second, otherHostUrl);
    fixture.ecrPublic.enqueue("GET", "referrers/more", referrersResponse(third));

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Replicated.class);
    assertThat(fixture.mirror.exists("manifests/" + first)).isTrue();
    assertThat(fixture.mirror.exists("manifests/" + second)).isTrue();
    assertThat(fixture.mirror.exists("manifests/" + third)).isFalse();
    assertThat(fixture.ecrPublic.requests("GET")).isEmpty();
  }

  private void enqueuePage(String path, Digest referrer, String next) {
    fixture.dockerHub.enqueue(
        "GET",
        path,
        exchange -> {
          exchange.getResponseHeaders().add("Link", "<" + next + ">; rel=\"next\"");
          referrersResponse(referrer).handle(exchange);
        });
  }

  private FaultyRegistry.ResponseHandler referrersResponse(Digest referrer) {
    var index = fixture.dockerHub.pushIndex("list-" + referrer.hex(), referrer);
    var json = new String(fixture.dockerHub.content("manifests/" + index), UTF_8);
    return FaultyRegistry.status(200, json, "Content-Type", TestImage.INDEX);
  }

  @Test
  void copiesReferrersWithUnknownTagSuffix() {
    var name = "sha256-" + Digest.of(fixture.dockerHub.content("manifests/1")).hex();
    fixture.dockerHub.pushImage(name + ".report", new byte[] {9});
    fixture.dockerHub.pushImage("latest", new byte[] {7});
    var tags =
        "{\"tags\":[\"%s.report\",\"latest\",\"../x\",\"sha256-other.sig\"]}".formatted(name);
    fixture.dockerHub.enqueue(
        "GET", "tags/list?n=20&last=" + name, FaultyRegistry.status(200, tags));

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Replicated.class);
    assertThat(fixture.mirror.exists("manifests/" + name + ".report")).isTrue();
    assertThat(fixture.mirror.exists("manifests/latest"))
        .as("a tag that nobody asked for")
        .isFalse();
  }

  @Test
  void succeedsWhenSignatureCannotBeCopied() {
    var indexDigest = Digest.of(fixture.dockerHub.content("manifests/1"));
    var signature =
        fixture.dockerHub.pushImage("sha256-" + indexDigest.hex() + ".sig", new byte[] {9});
    fixture.dockerHub.enqueue(
        "GET", "manifests/" + signature, FaultyRegistry.status(429, "", "Retry-After", "3600"));

    assertThat(fixture.replicate("acme/app:1"))
        .asInstanceOf(type(Replicated.class))
        .satisfies(
            done -> assertThat(done.notes()).singleElement().asString().contains(".sig", "429"));
  }

  private ReplicationResult replicatePlatform(String platform) {
    fixture.platform = Platform.parse(platform).orElseThrow();
    return fixture.replicate("acme/app:1");
  }

  private Digest childDigest(int child) {
    return Digest.of(fixture.dockerHub.content("manifests/child" + child));
  }

  private String pushChild(int number, String architecture) {
    var digest = fixture.dockerHub.pushImage("child" + number, new byte[] {(byte) number});
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\",\"variant\":\"v7\"}}"
        .formatted(
            TestImage.MANIFEST,
            digest,
            fixture.dockerHub.content("manifests/" + digest).length,
            architecture);
  }
}
