package io.pullrescue.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.image.Digest;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.replication.ReplicationResult.Deferred;
import io.pullrescue.replication.ReplicationResult.Replicated;
import io.pullrescue.testing.FaultyRegistry;
import io.pullrescue.testing.ReplicationFixture;
import io.pullrescue.testing.TestImage;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one image may cost: rate-limited requests, and bytes of the day. */
class ImageReplicatorBudgetTest {
  private final ReplicationFixture fixture = new ReplicationFixture();

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void refusesIndexWhoseManifestsExceedTheShare() {
    pushIndex(fixture.dockerHub, 4);
    fixture.dockerHub.remainingPulls = "100";
    fixture.maxRateLimitedRequests = 4;

    fixture.assertFails(
        "4 more manifests would count against the rate limit",
        "1 of 4 such requests have been made",
        "`maxRateLimitedRequestsPerTrigger`",
        "`platforms: needed` needs two");
    assertThat(fixture.dockerHub.requests("GET")).as("the index").hasSize(1);
    assertThat(fixture.mirror.requests("P")).isEmpty();
  }

  @Test
  void copiesIndexWhoseManifestsAreTheShare() {
    pushIndex(fixture.dockerHub, 4);
    fixture.dockerHub.remainingPulls = "100";
    fixture.maxRateLimitedRequests = 5;

    assertThat(fixture.replicate("acme/app:1"))
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> assertThat(done.stats().rateLimitedRequests()).isEqualTo(5));
  }

  @Test
  void makesNoRequestWithoutShare() {
    pushIndex(fixture.dockerHub, 1);
    fixture.dockerHub.remainingPulls = "100";
    fixture.maxRateLimitedRequests = 0;

    fixture.assertFails("0 of 0 such requests have been made");
    assertThat(fixture.dockerHub.requests("GET")).isEmpty();
  }

  @Test
  void countsOnlyOnceForAllSources() {
    pushIndex(fixture.dockerHub, 4);
    fixture.dockerHub.remainingPulls = "100";
    fixture.credentials.put(
        "docker.io", new io.pullrescue.registry.auth.RegistryCredentials("u", "p"));
    fixture.maxRateLimitedRequests = 4;

    fixture.assertFails("1 of 4 such requests");
    assertThat(fixture.dockerHub.requests("GET /v2/acme/app/manifests"))
        .as("no second attempt without credentials")
        .hasSize(1);
  }

  @Test
  void doesNotLimitOfficialImageFromEcrPublic() {
    for (var registry : new FaultyRegistry[] {fixture.dockerHub, fixture.ecrPublic}) {
      pushIndex(registry, 4);
    }
    fixture.dockerHub.remainingPulls = "100";
    fixture.maxRateLimitedRequests = 1;

    assertThat(fixture.replicate("library/ruby:1"))
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> assertThat(done.stats().rateLimitedRequests()).isZero());
  }

  @Test
  void startsNoBlobThatTheDayDoesNotAllow() {
    fixture.dockerHub.pushImage("1", TestImage.randomBytes(1000, 1));
    fixture.byteBudget = new Budget(1001);

    fixture.assertFails("docker.io", "budget reached: 1002 of 1001");
    assertThat(fixture.dockerHub.requests("GET /v2/acme/app/blobs")).isEmpty();
    assertThat(fixture.mirror.requests("P")).isEmpty();
  }

  @Test
  void countsOnlyBlobsThatTheMirrorLacks() {
    fixture.dockerHub.pushImage("1", TestImage.randomBytes(1000, 1), TestImage.randomBytes(500, 2));
    fixture.mirror.pushBlob(TestImage.randomBytes(1000, 1));
    var budget = new Budget(502);
    fixture.byteBudget = budget;

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Replicated.class);
    assertThat(budget.used).hasValue(502);
  }

  @Test
  void stopsWhenOtherCopiesHaveUsedTheBudget() {
    fixture.dockerHub.pushImage("1", TestImage.randomBytes(1000, 1), TestImage.randomBytes(500, 2));
    var budget = new Budget(2000);
    fixture.byteBudget = budget;
    fixture.maxConcurrentBlobs = 1;
    fixture.dockerHub.enqueue(
        "GET",
        "blobs/",
        exchange -> {
          budget.used.addAndGet(900);
          fixture.dockerHub.forward(exchange);
        });

    fixture.assertFails("budget reached: 2400 of 2000");
    assertThat(fixture.dockerHub.requests("GET /v2/acme/app/blobs")).hasSize(1);
  }

  @Test
  void defersLargeCopyBeforeItsFirstBlob() {
    fixture.dockerHub.pushImage("1", TestImage.randomBytes(1000, 1));
    fixture.maxBytes = 1001;

    assertThat(fixture.replicate("acme/app:1"))
        .asInstanceOf(type(Deferred.class))
        .satisfies(deferred -> assertThat(deferred.retryAfter()).isEqualTo(Duration.ZERO))
        .satisfies(deferred -> assertThat(deferred.reason()).contains("the image is large"));
    assertThat(fixture.dockerHub.requests("GET /v2/acme/app/blobs")).isEmpty();
  }

  private static void pushIndex(FaultyRegistry registry, int children) {
    registry.pushIndex(
        "1",
        IntStream.range(0, children)
            .mapToObj(child -> registry.pushImage("child" + child, new byte[] {(byte) child}))
            .toArray(Digest[]::new));
  }

  private static final class Budget implements ByteBudget {
    private final AtomicLong used = new AtomicLong();
    private final long limit;

    Budget(long limit) {
      this.limit = limit;
    }

    @Override
    public void require(long bytes) {
      if (used.get() + bytes > limit) {
        throw new RegistryException(
            Reason.LIMIT_EXCEEDED, "budget reached: %d of %d".formatted(used.get() + bytes, limit));
      }
    }

    @Override
    public void record(long bytes) {
      used.addAndGet(bytes);
    }
  }
}
