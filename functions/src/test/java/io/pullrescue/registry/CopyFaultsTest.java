package io.pullrescue.registry;

import static io.pullrescue.registry.FaultyRegistry.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.image.Digest;
import io.pullrescue.replication.Replication.Postponed;
import io.pullrescue.replication.Replication.Refused;
import io.pullrescue.replication.Replication.Replicated;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What registries and networks do to a copy, and what becomes of it.
 *
 * <table>
 * <caption>Faults, and where they are met</caption>
 * <tr><th>fault</th><th>test</th></tr>
 * <tr><td>nothing has changed</td><td>CopyIT.asksUpstreamForNothing..., CopyRequestsTest.asksUpstreamOnce...</td></tr>
 * <tr><td>an index of 23 blobs</td><td>CopyRequestsTest.copiesAnIndexOf23BlobsInLessThan80...</td></tr>
 * <tr><td>429 once, three times, with Retry-After, for ever, for hours</td><td>here</td></tr>
 * <tr><td>503 for a manifest, for a blob</td><td>here, CopyCutsTest</td></tr>
 * <tr><td>a quota that is spent, one short, just enough</td><td>here</td></tr>
 * <tr><td>a download that is cut, goes on elsewhere, or not at all</td><td>CopyCutsTest</td></tr>
 * <tr><td>an upload that fails, is cut, or is there already</td><td>CopyCutsTest</td></tr>
 * <tr><td>a token that expires</td><td>CopyAttacksTest.fetchesATokenOnce...</td></tr>
 * <tr><td>an image that is there already, an immutable tag</td><td>here, CopyRequestsTest, MirrorInAwsIT</td></tr>
 * <tr><td>a repository that is missing, or that somebody else makes</td><td>here, MirrorInAwsIT</td></tr>
 * <tr><td>the deadline</td><td>CopyDeadlineTest, LargeImageIT</td></tr>
 * <tr><td>an upstream that stalls, or sends a byte now and then</td><td>CopyDeadlineTest</td></tr>
 * <tr><td>a login that is refused</td><td>CopySourcesTest.comesAsAStranger...</td></tr>
 * <tr><td>kinds of manifests, layers and indexes</td><td>CopyKindsTest, CopyIT</td></tr>
 * </table>
 */
class CopyFaultsTest {
  private static final byte[] LAYER = TestImage.noise(3_000_000, 7);

  private final CopyScene scene = new CopyScene();

  @AfterEach
  void close() throws IOException {
    scene.close();
  }

  @Test
  void waitsAsLongAsItIsAskedTo() {
    scene.hub.image("2.7", LAYER);
    scene.hub.on("GET", "manifests/", status(429, "", "Retry-After", "1"), status(503, ""));

    assertThat(scene.replicate("acme/app:2.7")).isInstanceOf(Replicated.class);
  }

  @Test
  void triesAgainWhereNobodySaysHowLongToWait() {
    scene.hub.image("2.7", LAYER);
    var limited = status(429, "");
    scene.hub.on("GET", "manifests/", limited, limited, limited);

    assertThat(scene.replicate("acme/app:2.7")).isInstanceOf(Replicated.class);
  }

  @Test
  void comesBackLaterWhereTheUpstreamIsLimitedForEver() {
    scene.hub.image("2.7", LAYER);
    scene.hub.on("GET", "manifests/", Collections.nCopies(9, status(429, "")));

    assertThat(scene.replicate("acme/app:2.7")).isInstanceOf(Postponed.class);
    assertThat(scene.hub.requests("GET /v2/acme/app/manifests")).hasSize(5);
    assertThat(scene.mirror.requests("P")).as("nothing moved").isEmpty();
  }

  @Test
  void saysThatTheMirrorDoesNotKnowItsRepository() {
    scene.hub.image("2.7", LAYER);
    var unknown = "{\"errors\":[{\"code\":\"NAME_UNKNOWN\",\"message\":\"no repository\"}]}";
    scene.mirror.on("POST", "uploads", Collections.nCopies(9, status(404, unknown)));

    assertThat(scene.replicate("acme/app:2.7"))
        .asInstanceOf(type(Refused.class))
        .extracting(Refused::why)
        .asString()
        .contains("opening an upload", "NAME_UNKNOWN");
  }

  @Test
  void doesNotWaitInAPaidFunctionForLong() {
    scene.hub.image("2.7", LAYER);
    scene.hub.on("GET", "manifests/", status(429, "", "Retry-After", "999999"));

    assertThat(scene.replicate("acme/app:2.7"))
        .asInstanceOf(type(Postponed.class))
        .extracting(Postponed::after)
        .isEqualTo(Duration.ofSeconds(999_999));
    assertThat(scene.hub.requests("GET")).hasSize(1);
  }

  @Test
  void readsTheDateUntilWhichItIsAskedToWaitByTheRegistrysOwnClock() {
    scene.hub.image("2.7", LAYER);
    scene.hub.on(
        "GET",
        "manifests/",
        exchange -> {
          var now = Instant.now();
          FaultyRegistry.status(429, "", "Retry-After", date(now.plusSeconds(7200))).to(exchange);
        });

    assertThat(scene.replicate("acme/app:2.7"))
        .asInstanceOf(type(Postponed.class))
        .satisfies(
            postponed -> assertThat(postponed.after()).isBetween(minutes(119), minutes(121)));
  }

  private static Duration minutes(int minutes) {
    return Duration.ofMinutes(minutes);
  }

  private static String date(Instant moment) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(moment.atOffset(ZoneOffset.UTC));
  }

  @Test
  void pullsNotEvenTheIndexWhereTheQuotaIsKnownToBeSpent() {
    index(3, 200_000);
    scene.hub.on("HEAD", "manifests/", quota("0"));

    assertThat(scene.replicate("acme/app:all"))
        .asInstanceOf(type(Postponed.class))
        .satisfies(postponed -> assertThat(postponed.after()).isEqualTo(Duration.ofHours(6)));
    assertThat(scene.hub.requests("GET")).isEmpty();
  }

  @Test
  void movesNothingWhereTheQuotaIsOneShort() {
    var hub = scene.hub;
    index(3, 200_000);
    hub.on("HEAD", "manifests/", quota("4"));
    hub.on("GET", "manifests/", quota("2"));

    assertThat(scene.replicate("acme/app:all"))
        .asInstanceOf(type(Postponed.class))
        .satisfies(postponed -> {
          assertThat(postponed.after()).isEqualTo(Duration.ofHours(6));
          assertThat(postponed.why()).contains("3 more manifests are needed and 2 may");
        });
    assertThat(hub.requests("GET")).hasSize(1);
    assertThat(scene.mirror.requests("PUT")).isEmpty();
    assertThat(scene.mirror.requests("POST")).isEmpty();
  }

  @Test
  void spendsTheLastOfAQuotaThatIsJustEnough() {
    var hub = scene.hub;
    index(3, 200_000);
    hub.on("HEAD", "manifests/", quota("4"), quota("4"));
    hub.on("GET", "manifests/", quota("3"), quota("2"), quota("1"), quota("0"));

    assertThat(scene.replicate("acme/app:all"))
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> assertThat(done.tally().counted()).isEqualTo(4));
  }

  @Test
  void keepsThePlatformsThatAreCompleteAndPullsTheirManifestsNoMore() {
    scene.blobsAtOnce = 1;
    index(3, 0);
    var last = Digest.of(TestImage.noise(1, 3));
    scene.hub.on("GET", "blobs/" + last, status(429, "", "Retry-After", "9999"));

    var first = scene.replicate("acme/app:all");
    var second = scene.replicate("acme/app:all");

    assertThat(first).isInstanceOf(Postponed.class);
    assertThat(second)
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> assertThat(done.tally().counted()).isEqualTo(2));
  }

  @Test
  void neverMovesATagThatMayNotBeMoved() {
    scene.hub.image("2.7", LAYER);
    scene.mirror.image("2.7", TestImage.noise(10, 1));
    scene.mirror.on(
        "PUT",
        "manifests/2.7",
        status(
            400,
            "{\"errors\":[{\"code\":\"TAG_INVALID\",\"message\":\"cannot be overwritten because the"
                + " tag is immutable.\"}]}"));

    assertThat(scene.replicate("acme/app:2.7"))
        .asInstanceOf(type(Refused.class))
        .extracting(Refused::why)
        .asString()
        .contains("immutable");
  }

  @Test
  void isContentWithAnImmutableTagThatSomebodyElseHasJustSet() {
    scene.hub.image("2.7", LAYER);
    scene.mirror.on(
        "PUT",
        "manifests/2.7",
        exchange -> {
          scene.mirror.image("2.7", LAYER);
          FaultyRegistry.respond(exchange, 400, "immutable");
        });

    assertThat(scene.replicate("acme/app:2.7")).isInstanceOf(Replicated.class);
  }

  private FaultyRegistry.Reaction quota(String remaining) {
    return scene.hub.saying("ratelimit-remaining", remaining + ";w=21600");
  }

  private void index(int platforms, int layer) {
    var children = new Digest[platforms];
    for (var i = 0; i < platforms; i++) {
      children[i] = scene.hub.image("child" + i, TestImage.noise(layer + 1, i + 1));
    }
    scene.hub.index("all", children);
  }
}
