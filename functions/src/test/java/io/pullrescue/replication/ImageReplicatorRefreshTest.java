package io.pullrescue.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.replication.ReplicationResult.Deferred;
import io.pullrescue.replication.ReplicationResult.Replicated;
import io.pullrescue.testing.ReplicationFixture;
import io.pullrescue.testing.TestImage;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Refreshes of a mirrored tag, which leave sixty pulls to others. */
class ImageReplicatorRefreshTest {
  private final ReplicationFixture fixture = new ReplicationFixture();

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void updatesMovedTagOnceWithoutFurtherPulls() {
    fixture.dockerHub.pushImage("1", TestImage.randomBytes(1000, 5));
    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Replicated.class);
    var moved = fixture.dockerHub.pushImage("1", TestImage.randomBytes(2000, 6));
    fixture.reservedPulls = 60;
    setRemainingPulls("61");

    assertThat(fixture.replicate("acme/app:1"))
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> assertThat(done.alreadyUpToDate()).isFalse())
        .satisfies(done -> assertThat(done.mirroredImage().digest()).isEqualTo(moved));
    assertThat(fixture.replicate("acme/app:1"))
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> assertThat(done.alreadyUpToDate()).isTrue())
        .satisfies(done -> assertThat(done.mirroredImage().digest()).isEqualTo(moved))
        .satisfies(done -> assertThat(done.stats().rateLimitedRequests()).isZero());
  }

  @Test
  void pullsNothingWhenOnlyReserveIsLeft() {
    fixture.dockerHub.pushImage("1", TestImage.randomBytes(1000, 5));
    fixture.reservedPulls = 60;
    setRemainingPulls("60");

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Deferred.class);
    assertThat(fixture.dockerHub.requests("GET")).isEmpty();
  }

  @Test
  void respectsPullReserveForChildManifests() {
    var one = fixture.dockerHub.pushImage("one", TestImage.randomBytes(1000, 5));
    var two = fixture.dockerHub.pushImage("two", TestImage.randomBytes(2000, 6));
    fixture.dockerHub.pushIndex("all", one, two);
    fixture.reservedPulls = 60;
    setRemainingPulls("62");
    fixture.dockerHub.enqueue(
        "GET", "manifests/", fixture.dockerHub.withHeader("ratelimit-remaining", "61;w=21600"));

    assertThat(fixture.replicate("acme/app:all")).isInstanceOf(Deferred.class);
    assertThat(fixture.dockerHub.requests("GET")).hasSize(1);
  }

  @Test
  void ignoresPullReserveWithoutRateLimit() {
    fixture.dockerHub.pushImage("1", TestImage.randomBytes(1000, 5));
    fixture.reservedPulls = 60;

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Replicated.class);
  }

  private void setRemainingPulls(String pulls) {
    fixture.dockerHub.enqueue(
        "HEAD",
        "manifests/",
        fixture.dockerHub.withHeader("ratelimit-remaining", pulls + ";w=21600"));
  }
}
