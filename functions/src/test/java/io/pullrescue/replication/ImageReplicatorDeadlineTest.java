package io.pullrescue.replication;

import static io.pullrescue.testing.FaultyRegistry.status;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.sun.net.httpserver.HttpExchange;
import io.pullrescue.image.Digest;
import io.pullrescue.registry.http.Deadline;
import io.pullrescue.replication.ReplicationResult.Deferred;
import io.pullrescue.replication.ReplicationResult.Replicated;
import io.pullrescue.testing.ReplicationFixture;
import io.pullrescue.testing.TestImage;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies that reach their deadline: they stop by themselves and are resumed later. */
class ImageReplicatorDeadlineTest {
  private static final byte[] LAYER = TestImage.randomBytes(3_000_000, 7);

  private final ReplicationFixture fixture = new ReplicationFixture();
  private final CountDownLatch testFinished = new CountDownLatch(1);
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final Deadline deadline = new Deadline(now::get, Instant.EPOCH.plusSeconds(3600));

  @AfterEach
  void close() throws IOException {
    testFinished.countDown();
    fixture.close();
  }

  @Test
  void stopsAtDeadlineAndResumes() {
    fixture.maxConcurrentBlobs = 1;
    pushIndex(3, 200_000);
    fixture.mirror.enqueue(
        "POST",
        "uploads",
        fixture.mirror::forward,
        exchange -> {
          now.set(deadline.end());
          fixture.mirror.forward(exchange);
        });

    var first = fixture.replicate("acme/app:all", deadline);
    var second = fixture.replicate("acme/app:all");

    assertThat(first)
        .asInstanceOf(type(Deferred.class))
        .satisfies(postponed -> assertThat(postponed.retryAfter()).isZero());
    assertThat(second)
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> {
          assertThat(done.stats().blobsSkipped()).isEqualTo(1);
          assertThat(done.stats().blobsCopied()).isEqualTo(3);
        });
  }

  @Test
  void abandonsStalledUpstreamAtDeadline() {
    fixture.dockerHub.pushImage("2.7", LAYER);
    fixture.dockerHub.enqueue(
        "GET",
        "blobs/" + Digest.of(LAYER),
        exchange -> {
          exchange.sendResponseHeaders(200, LAYER.length);
          exchange.getResponseBody().write(LAYER, 0, 1000);
          exchange.getResponseBody().flush();
          now.set(deadline.end());
          assertThatCode(testFinished::await).doesNotThrowAnyException();
        });

    assertThat(fixture.replicate("acme/app:2.7", deadline)).isInstanceOf(Deferred.class);
  }

  /** Each byte arrives before the socket timeout, but the response never ends. */
  @ParameterizedTest
  @ValueSource(strings = {"/token", "manifests/", "blobs/"})
  void abandonsSlowUpstreamAtDeadline(String pathPart) {
    fixture.dockerHub.pushImage("1", LAYER);
    var realm = "Bearer realm=\"%s/token\",service=\"hub\"".formatted(fixture.dockerHub.endpoint());
    fixture.dockerHub.enqueue("HEAD", "manifests", status(401, "", "WWW-Authenticate", realm));
    fixture.dockerHub.enqueue("GET", pathPart, Collections.nCopies(9, this::sendSlowly));
    fixture.dockerHub.enqueue("GET", "/token", status(200, "{\"token\":\"t\"}"));

    assertThat(fixture.replicate("acme/app:1", deadline)).isInstanceOf(Deferred.class);
  }

  private void sendSlowly(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, LAYER.length);
    now.set(deadline.end());
    try {
      while (!testFinished.await(20, MILLISECONDS)) {
        exchange.getResponseBody().write(' ');
        exchange.getResponseBody().flush();
      }
    } catch (InterruptedException stopped) {
      throw new IOException(stopped);
    }
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
