package io.pullrescue.replication;

import static io.pullrescue.testing.FaultyRegistry.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.image.Digest;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.replication.ReplicationResult.Deferred;
import io.pullrescue.replication.ReplicationResult.Failed;
import io.pullrescue.replication.ReplicationResult.Replicated;
import io.pullrescue.testing.FaultyRegistry;
import io.pullrescue.testing.ReplicationFixture;
import io.pullrescue.testing.TestImage;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors, rate limits and immutable tags of registries, and what a copy makes of them. */
class ImageReplicatorFaultsTest {
  private static final byte[] LAYER = TestImage.randomBytes(3_000_000, 7);

  private final ReplicationFixture fixture = new ReplicationFixture();

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void waitsForRetryAfter() {
    fixture.dockerHub.pushImage("2.7", LAYER);
    fixture.dockerHub.enqueue(
        "GET", "manifests/", status(429, "", "Retry-After", "1"), status(503, ""));

    assertThat(fixture.replicate("acme/app:2.7")).isInstanceOf(Replicated.class);
  }

  @Test
  void retriesWithBackoffWithoutRetryAfter() {
    fixture.dockerHub.pushImage("2.7", LAYER);
    var limited = status(429, "");
    fixture.dockerHub.enqueue("GET", "manifests/", limited, limited, limited);

    assertThat(fixture.replicate("acme/app:2.7")).isInstanceOf(Replicated.class);
  }

  @Test
  void defersWhenRateLimitPersists() {
    fixture.dockerHub.pushImage("2.7", LAYER);
    fixture.dockerHub.enqueue("GET", "manifests/", Collections.nCopies(9, status(429, "")));

    assertThat(fixture.replicate("acme/app:2.7")).isInstanceOf(Deferred.class);
    assertThat(fixture.dockerHub.requests("GET /v2/acme/app/manifests")).hasSize(5);
    assertThat(fixture.mirror.requests("P")).as("nothing moved").isEmpty();
  }

  @Test
  void reportsUnknownMirrorRepository() {
    fixture.dockerHub.pushImage("2.7", LAYER);
    var unknown = "{\"errors\":[{\"code\":\"NAME_UNKNOWN\",\"message\":\"no repository\"}]}";
    fixture.mirror.enqueue("POST", "uploads", Collections.nCopies(9, status(404, unknown)));

    assertThat(fixture.replicate("acme/app:2.7"))
        .asInstanceOf(type(Failed.class))
        .extracting(Failed::reason)
        .asString()
        .contains("starting an upload", "NAME_UNKNOWN");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void reportsRepositoryThatMustNotBeUsedOnce(boolean byDigest) {
    var digest = fixture.dockerHub.pushImage("2.7", LAYER);
    fixture.repositoryManager =
        repository -> {
          throw new RegistryException(Reason.REPOSITORY_UNUSABLE, repository + " is not ours");
        };

    assertThat(fixture.replicate(byDigest ? "acme/app@" + digest : "acme/app:2.7"))
        .asInstanceOf(type(Failed.class))
        .extracting(Failed::reason)
        .asString()
        .endsWith(
            " failed: %s: docker-hub/acme/app is not ours".formatted(ReplicationFixture.MIRROR));
    assertThat(fixture.dockerHub.requests("GET")).as("nothing pulled").isEmpty();
    assertThat(fixture.mirror.requests("P")).as("nothing moved").isEmpty();
  }

  @Test
  void defersWhenNewRepositoryIsNotReady() {
    fixture.dockerHub.pushImage("2.7", LAYER);
    fixture.repositoryManager = repository -> true;
    fixture.mirror.enqueue("POST", "uploads", Collections.nCopies(9, status(403, "")));

    assertThat(fixture.replicate("acme/app:2.7")).isInstanceOf(Deferred.class);
  }

  @Test
  void defersWhenRetryAfterIsLong() {
    fixture.dockerHub.pushImage("2.7", LAYER);
    fixture.dockerHub.enqueue("GET", "manifests/", status(429, "", "Retry-After", "999999"));

    assertThat(fixture.replicate("acme/app:2.7"))
        .asInstanceOf(type(Deferred.class))
        .extracting(Deferred::retryAfter)
        .isEqualTo(Duration.ofSeconds(999_999));
    assertThat(fixture.dockerHub.requests("GET")).hasSize(1);
  }

  @Test
  void pullsNothingWhenRateLimitIsExhausted() {
    pushIndex(3, 200_000);
    fixture.dockerHub.enqueue("HEAD", "manifests/", withRemainingPulls("0"));

    assertThat(fixture.replicate("acme/app:all"))
        .asInstanceOf(type(Deferred.class))
        .satisfies(postponed -> assertThat(postponed.retryAfter()).isEqualTo(Duration.ofHours(6)));
    assertThat(fixture.dockerHub.requests("GET")).isEmpty();
  }

  @Test
  void copiesNothingWhenRateLimitIsOneShort() {
    var hub = fixture.dockerHub;
    pushIndex(3, 200_000);
    hub.enqueue("HEAD", "manifests/", withRemainingPulls("4"));
    hub.enqueue("GET", "manifests/", withRemainingPulls("2"));

    assertThat(fixture.replicate("acme/app:all"))
        .asInstanceOf(type(Deferred.class))
        .satisfies(postponed -> {
          assertThat(postponed.retryAfter()).isEqualTo(Duration.ofHours(6));
          assertThat(postponed.reason())
              .contains("3 more manifests are needed, but the rate limit allows 2 within 6 hours");
        });
    assertThat(hub.requests("GET")).hasSize(1);
    assertThat(fixture.mirror.requests("PUT")).isEmpty();
    assertThat(fixture.mirror.requests("POST")).isEmpty();
  }

  @Test
  void copiesWhenRateLimitIsJustEnough() {
    var hub = fixture.dockerHub;
    pushIndex(3, 200_000);
    hub.enqueue("HEAD", "manifests/", withRemainingPulls("4"), withRemainingPulls("4"));
    hub.enqueue(
        "GET",
        "manifests/",
        withRemainingPulls("3"),
        withRemainingPulls("2"),
        withRemainingPulls("1"),
        withRemainingPulls("0"));

    assertThat(fixture.replicate("acme/app:all"))
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> assertThat(done.stats().rateLimitedRequests()).isEqualTo(4));
  }

  @Test
  void keepsCompletePlatformsForNextAttempt() {
    fixture.maxConcurrentBlobs = 1;
    fixture.dockerHub.remainingPulls = "100";
    pushIndex(3, 0);
    var last = Digest.of(TestImage.randomBytes(1, 3));
    fixture.dockerHub.enqueue("GET", "blobs/" + last, status(429, "", "Retry-After", "9999"));

    var first = fixture.replicate("acme/app:all");
    var second = fixture.replicate("acme/app:all");

    assertThat(first).isInstanceOf(Deferred.class);
    assertThat(second)
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> assertThat(done.stats().rateLimitedRequests()).isEqualTo(2));
  }

  @Test
  void failsWhenTagIsImmutable() {
    fixture.dockerHub.pushImage("2.7", LAYER);
    fixture.mirror.pushImage("2.7", TestImage.randomBytes(10, 1));
    fixture.mirror.enqueue(
        "PUT",
        "manifests/2.7",
        status(
            400,
            "{\"errors\":[{\"code\":\"TAG_INVALID\",\"message\":\"cannot be overwritten because the"
                + " tag is immutable.\"}]}"));

    assertThat(fixture.replicate("acme/app:2.7"))
        .asInstanceOf(type(Failed.class))
        .extracting(Failed::reason)
        .asString()
        .contains("immutable");
  }

  @Test
  void acceptsImmutableTagSetConcurrentlyToSameImage() {
    fixture.dockerHub.pushImage("2.7", LAYER);
    fixture.mirror.enqueue(
        "PUT",
        "manifests/2.7",
        exchange -> {
          fixture.mirror.pushImage("2.7", LAYER);
          FaultyRegistry.respond(exchange, 400, "immutable");
        });

    assertThat(fixture.replicate("acme/app:2.7")).isInstanceOf(Replicated.class);
  }

  @Test
  void quotesDenialOfMirror() {
    fixture.dockerHub.pushImage("2.7", LAYER);
    var denial =
        "User: arn:aws:sts::123456789012:assumed-role/pull-rescue-replicate/pull-rescue-replicate"
            + " is not authorized to perform: ecr:InitiateLayerUpload on resource:"
            + " arn:aws:ecr:us-east-1:123456789012:repository/docker-hub/acme/app";
    fixture.mirror.enqueue(
        "POST",
        "uploads",
        Collections.nCopies(
            9, status(403, "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"" + denial + "\"}]}")));

    assertReason(fixture.replicate("acme/app:2.7"), "403 DENIED " + denial);
  }

  @Test
  void namesUnexpectedStatus() {
    fixture.dockerHub.pushImage("2.7", LAYER);
    fixture.dockerHub.enqueue(
        "GET", "blobs/" + Digest.of(LAYER), Collections.nCopies(9, status(206, "")));

    assertReason(fixture.replicate("acme/app:2.7"), "206 an unexpected status");
  }

  @Test
  void namesTokenServerThatAnswersWithWebPage() {
    fixture.dockerHub.pushImage("2.7", LAYER);
    var realm = "Bearer realm=\"%s/token\",service=\"hub\"".formatted(fixture.dockerHub.endpoint());
    fixture.dockerHub.enqueue("HEAD", "manifests", status(401, "", "WWW-Authenticate", realm));
    fixture.dockerHub.enqueue(
        "GET",
        "/token",
        Collections.nCopies(9, status(200, "<html>", "Content-Type", "text/html; charset=utf-8")));

    assertReason(
        fixture.replicate("acme/app:2.7"), "127.0.0.1 answered with a web page instead of a token");
  }

  private static void assertReason(ReplicationResult result, String part) {
    assertThat(result)
        .asInstanceOf(type(Failed.class))
        .extracting(Failed::reason)
        .asString()
        .contains(part);
  }

  private FaultyRegistry.ResponseHandler withRemainingPulls(String remaining) {
    return fixture.dockerHub.withHeader("ratelimit-remaining", remaining + ";w=21600");
  }

  private void pushIndex(int platforms, int layer) {
    var children = new Digest[platforms];
    for (var i = 0; i < platforms; i++) {
      children[i] =
          fixture.dockerHub.pushImage("child" + i, TestImage.randomBytes(layer + 1, i + 1));
    }
    fixture.dockerHub.pushIndex("all", children);
  }
}
