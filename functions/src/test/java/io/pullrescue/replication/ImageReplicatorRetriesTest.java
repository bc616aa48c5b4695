package io.pullrescue.replication;

import static io.pullrescue.testing.FaultyRegistry.dropConnection;
import static io.pullrescue.testing.FaultyRegistry.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.sun.net.httpserver.HttpExchange;
import io.pullrescue.image.Digest;
import io.pullrescue.replication.ReplicationResult.Deferred;
import io.pullrescue.replication.ReplicationResult.Failed;
import io.pullrescue.replication.ReplicationResult.Replicated;
import io.pullrescue.testing.FaultyRegistry.ResponseHandler;
import io.pullrescue.testing.ReplicationFixture;
import io.pullrescue.testing.TestImage;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many requests a copy spends on faults that last, and what it asks for once more. */
class ImageReplicatorRetriesTest {
  private static final byte[] LAYER = TestImage.randomBytes(3_000_000, 7);
  private static final String BLOB = "blobs/" + Digest.of(LAYER);
  private static final String BLOB_UNKNOWN =
      "{\"errors\":[{\"code\":\"MANIFEST_BLOB_UNKNOWN\",\"message\":\"blob unknown\"}]}";

  private final ReplicationFixture fixture = new ReplicationFixture();

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503, 520})
  void requestsBlobFiveTimesInAll(int status) {
    fixture.dockerHub.pushImage("1", LAYER, TestImage.randomBytes(10, 1));
    fixture.dockerHub.enqueue("GET", "blobs/", forEver(status(status, "")));

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Deferred.class);

    assertThat(fixture.dockerHub.requests("GET /v2/acme/app/" + BLOB)).hasSizeLessThanOrEqualTo(5);
    assertThat(fixture.dockerHub.requests("GET /v2/acme/app/blobs"))
        .as("three blobs at once, until the first is given up")
        .hasSizeLessThanOrEqualTo(15);
  }

  @Test
  void uploadsBlobFiveTimesInAll() {
    fixture.dockerHub.pushImage("1", LAYER);
    fixture.mirror.enqueue("PUT", "digest=" + Digest.of(LAYER), forEver(status(503, "")));

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Deferred.class);

    assertThat(fixture.mirror.requests("PUT")).filteredOn(this::isLayerUpload).hasSize(5);
    assertThat(fixture.dockerHub.requests("GET /v2/acme/app/" + BLOB)).hasSize(5);
  }

  private boolean isLayerUpload(String request) {
    return request.contains("digest=" + Digest.of(LAYER));
  }

  @Test
  void sharesRetriesBetweenDownloadAndUpload() {
    var hub = fixture.dockerHub;
    hub.pushImage("1", LAYER);
    hub.enqueue(
        "GET",
        BLOB,
        status(503, ""),
        status(503, ""),
        hub::forward,
        dropConnection(),
        hub::forward,
        hub::forward);
    fixture.mirror.enqueue("PUT", "digest=" + Digest.of(LAYER), forEver(status(503, "")));

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Deferred.class);

    assertThat(hub.requests("GET /v2/acme/app/" + BLOB)).hasSize(5);
    assertThat(fixture.mirror.requests("PUT")).filteredOn(this::isLayerUpload).hasSize(2);
  }

  @Test
  void resumesForAsLongAsDownloadProgresses() {
    var layer = TestImage.randomBytes(9_000_000, 3);
    fixture.dockerHub.pushImage("1", layer);
    fixture.dockerHub.enqueue(
        "GET",
        "blobs/" + Digest.of(layer),
        Collections.nCopies(7, fixture.dockerHub.truncateAfter(1_200_000)));

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Replicated.class);
    assertThat(fixture.mirror.content("blobs/" + Digest.of(layer))).isEqualTo(layer);
  }

  @Test
  void requestsTokenFiveTimesInAll() {
    fixture.dockerHub.pushImage("1", LAYER);
    challenge();
    fixture.dockerHub.enqueue("GET", "/token", forEver(status(503, "")));

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Deferred.class);

    assertThat(fixture.dockerHub.requests("GET /token")).hasSize(5);
  }

  @Test
  void waitsAsLongAsRegistryRequests() {
    fixture.dockerHub.pushImage("1", LAYER);
    fixture.dockerHub.enqueue("GET", BLOB, status(429, "", "Retry-After", "7"));

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Replicated.class);
    assertThat(fixture.waits).containsExactly(Duration.ofSeconds(7));
  }

  @Test
  void defersAtOnceWhenBlobIsLimitedForHours() {
    fixture.dockerHub.pushImage("1", LAYER);
    fixture.dockerHub.enqueue("GET", BLOB, forEver(status(429, "", "Retry-After", "7200")));

    assertThat(fixture.replicate("acme/app:1"))
        .asInstanceOf(type(Deferred.class))
        .extracting(Deferred::retryAfter)
        .isEqualTo(Duration.ofHours(2));
    assertThat(fixture.dockerHub.requests("GET /v2/acme/app/" + BLOB)).hasSize(1);
    assertThat(fixture.waits).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 413})
  void uploadsTwiceWhatMirrorRejects(int status) {
    fixture.dockerHub.pushImage("1", LAYER);
    fixture.mirror.enqueue("POST", "uploads", forEver(status(status, "")));

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Failed.class);
    assertThat(fixture.mirror.requests("POST"))
        .as("two blobs at once, each one twice, until the first is given up")
        .hasSizeBetween(2, 4);
  }

  @Test
  void renewsTokensThatLastForTwoRequests() {
    var children = new Digest[3];
    for (var i = 0; i < children.length; i++) {
      children[i] =
          fixture.dockerHub.pushImage(
              "image" + i, TestImage.randomBytes(100, i), TestImage.randomBytes(200, i));
    }
    fixture.dockerHub.pushIndex("1", children);
    requireTokens(2);

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Replicated.class);
  }

  @Test
  void stopsRenewingTokensThatAreAllRejected() {
    fixture.dockerHub.pushImage("1", LAYER);
    requireTokens(0);

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Failed.class);
    assertThat(fixture.dockerHub.requests("GET /token")).hasSize(1);
  }

  @Test
  void stopsRenewingTokensThatAreRejectedAtLast() {
    fixture.dockerHub.pushImage("1", LAYER);
    var accepted = requireTokens(1000);
    fixture.dockerHub.enqueue("GET", BLOB, forEver(exchange -> unauthorized(exchange)));

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Failed.class);
    assertThat(accepted).hasPositiveValue();
    assertThat(fixture.dockerHub.requests("GET /v2/acme/app/" + BLOB)).hasSizeLessThan(8);
  }

  /** Issues tokens that are accepted for this number of requests; returns the count of those. */
  private AtomicInteger requireTokens(int requestsPerToken) {
    var hub = fixture.dockerHub;
    var issued = new AtomicInteger();
    var left = new AtomicInteger();
    var accepted = new AtomicInteger();
    hub.enqueue(
        "GET",
        "/token",
        forEver(exchange -> {
          synchronized (left) {
            left.set(requestsPerToken);
            issued.incrementAndGet();
          }
          status(200, "{\"token\":\"t" + issued + "\"}").handle(exchange);
        }));
    ResponseHandler guarded =
        exchange -> {
          var token = "Bearer t" + issued;
          var isValid =
              token.equals(exchange.getRequestHeaders().getFirst("Authorization"))
                  && left.getAndDecrement() > 0;
          if (isValid) {
            accepted.incrementAndGet();
            hub.forward(exchange);
          } else {
            unauthorized(exchange);
          }
        };
    hub.enqueue("HEAD", "/v2/", forEver(guarded));
    hub.enqueue("GET", "/manifests/", forEver(guarded));
    hub.enqueue("GET", "/referrers/", forEver(guarded));
    hub.enqueue("GET", "/tags/", forEver(guarded));
    if (requestsPerToken < 1000) {
      hub.enqueue("GET", "/blobs/", forEver(guarded));
    }
    return accepted;
  }

  private void unauthorized(HttpExchange exchange) throws IOException {
    var realm = fixture.dockerHub.endpoint() + "/token";
    status(401, "", "WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"hub\"")
        .handle(exchange);
  }

  private void challenge() {
    fixture.dockerHub.enqueue("HEAD", "manifests/", this::unauthorized);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404})
  void uploadsBlobAgainThatMirrorHasLost(int status) {
    fixture.dockerHub.pushImage("1", LAYER);
    // The mirror confirms an upload without storing it.
    fixture.mirror.enqueue(
        "PUT",
        "digest=" + Digest.of(LAYER),
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          status(201, "").handle(exchange);
        });
    fixture.mirror.enqueue("PUT", "manifests/1", status(status, BLOB_UNKNOWN));

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Replicated.class);
    assertThat(fixture.mirror.content(BLOB)).isEqualTo(LAYER);
    assertThat(fixture.mirror.requests("PUT /v2/docker-hub/acme/app/manifests/1")).hasSize(2);
  }

  @Test
  void writesChildAgainThatMirrorHasLost() {
    var child = fixture.dockerHub.pushImage("child", LAYER);
    fixture.dockerHub.pushIndex("1", child);
    fixture.mirror.enqueue("PUT", "manifests/" + child, status(201, ""));

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Replicated.class);
    assertThat(fixture.mirror.exists("manifests/" + child)).isTrue();
  }

  @Test
  void failsWhenMirrorKeepsRejectingManifest() {
    fixture.dockerHub.pushImage("1", LAYER);
    fixture.mirror.enqueue("PUT", "manifests/1", forEver(status(400, BLOB_UNKNOWN)));

    fixture.assertFails("pushing 127.0.0.1/docker-hub/acme/app 1: 400 MANIFEST_BLOB_UNKNOWN");
    assertThat(fixture.mirror.requests("PUT /v2/docker-hub/acme/app/manifests/1")).hasSize(2);
  }

  @Test
  void countsLookUpWithoutHeadAsPull() {
    fixture.dockerHub.remainingPulls = "100";
    fixture.dockerHub.pushImage("1", LAYER);
    fixture.dockerHub.enqueue("HEAD", "manifests/", forEver(status(405, "")));

    assertThat(fixture.replicate("acme/app:1"))
        .asInstanceOf(type(Replicated.class))
        .satisfies(done ->
            assertThat(done.stats().rateLimitedRequests())
                .as("the look-up and the manifest")
                .isEqualTo(2));
  }

  private static List<ResponseHandler> forEver(ResponseHandler handler) {
    return Collections.nCopies(1000, handler);
  }
}
