package io.pullrescue.registry;

import static io.pullrescue.registry.FaultyRegistry.status;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.sun.net.httpserver.HttpExchange;
import io.pullrescue.image.Digest;
import io.pullrescue.replication.Deadline;
import io.pullrescue.replication.Replication.Postponed;
import io.pullrescue.replication.Replication.Replicated;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies that the time does not suffice for: they end by themselves, and go on later. */
class CopyDeadlineTest {
  private static final byte[] LAYER = TestImage.noise(3_000_000, 7);

  private final CopyScene scene = new CopyScene();
  private final CountDownLatch over = new CountDownLatch(1);

  @AfterEach
  void close() throws IOException {
    over.countDown();
    scene.close();
  }

  @Test
  void stopsAtTheDeadlineAndGoesOnFromThere() {
    var start = Instant.parse("2026-11-01T00:00:00Z");
    var now = new AtomicReference<>(start);
    var deadline = new Deadline(now::get, start.plusSeconds(60));
    scene.blobsAtOnce = 1;
    index(3, 200_000);
    scene.mirror.on(
        "POST",
        "uploads",
        scene.mirror::answer,
        exchange -> {
          now.set(deadline.end());
          scene.mirror.answer(exchange);
        });

    var first = scene.replicate("acme/app:all", deadline);
    var second = scene.replicate("acme/app:all");

    assertThat(first)
        .asInstanceOf(type(Postponed.class))
        .satisfies(postponed -> assertThat(postponed.after()).isZero());
    assertThat(second)
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> {
          assertThat(done.tally().blobsPresent()).isEqualTo(1);
          assertThat(done.tally().blobsMoved()).isEqualTo(3);
        });
  }

  @Test
  void letsGoOfAnUpstreamThatStallsWhenTheTimeIsUp() {
    scene.hub.image("2.7", LAYER);
    var released = new CountDownLatch(1);
    scene.hub.on(
        "GET",
        "blobs/" + Digest.of(LAYER),
        exchange -> {
          exchange.sendResponseHeaders(200, LAYER.length);
          exchange.getResponseBody().write(LAYER, 0, 1000);
          exchange.getResponseBody().flush();
          assertThatCode(released::await).doesNotThrowAnyException();
        });

    var begin = Instant.now();
    var stalled =
        scene.replicate("acme/app:2.7", Deadline.in(Duration.ofSeconds(2), InstantSource.system()));
    released.countDown();

    assertThat(stalled).isInstanceOf(Postponed.class);
    assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(15));
  }

  /** Each byte comes in time, and all of them together never would. */
  @ParameterizedTest
  @ValueSource(strings = {"/token", "manifests/", "blobs/"})
  void letsGoOfAnUpstreamThatDripsWhenTheTimeIsUp(String part) {
    scene.hub.image("1", LAYER);
    var realm = "Bearer realm=\"%s/token\",service=\"hub\"".formatted(scene.hub.endpoint());
    scene.hub.on("HEAD", "manifests", status(401, "", "WWW-Authenticate", realm));
    scene.hub.on("GET", part, Collections.nCopies(9, this::drip));
    scene.hub.on("GET", "/token", status(200, "{\"token\":\"t\"}"));

    var begin = Instant.now();
    var late =
        scene.replicate("acme/app:1", Deadline.in(Duration.ofSeconds(2), InstantSource.system()));

    assertThat(late).isInstanceOf(Postponed.class);
    assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(6));
  }

  private void drip(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, LAYER.length);
    for (var sent = 0; sent < 1000; sent++) {
      exchange.getResponseBody().write(' ');
      exchange.getResponseBody().flush();
      assertThatCode(() -> over.await(20, MILLISECONDS)).doesNotThrowAnyException();
    }
  }

  private void index(int platforms, int layer) {
    var children = new Digest[platforms];
    for (var i = 0; i < platforms; i++) {
      children[i] = scene.hub.image("child" + i, TestImage.noise(layer + 1, i + 1));
    }
    scene.hub.index("all", children);
  }
}
