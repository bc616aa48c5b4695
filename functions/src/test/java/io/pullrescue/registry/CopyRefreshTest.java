package io.pullrescue.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.replication.Replication.Postponed;
import io.pullrescue.replication.Replication.Replicated;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A tag that was copied before, asked for again by somebody who leaves sixty pulls to others. */
class CopyRefreshTest {
  private final CopyScene scene = new CopyScene();

  @AfterEach
  void close() throws IOException {
    scene.close();
  }

  @Test
  void movesATagOnOnceUpstreamHasMovedItAndThenAsksForNothingThatCounts() {
    scene.hub.image("1", TestImage.noise(1000, 5));
    assertThat(scene.replicate("acme/app:1")).isInstanceOf(Replicated.class);
    var moved = scene.hub.image("1", TestImage.noise(2000, 6));
    scene.spared = 60;
    left("61");

    assertThat(scene.replicate("acme/app:1"))
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> assertThat(done.isUnmoved()).isFalse())
        .satisfies(done -> assertThat(done.copy().digest()).isEqualTo(moved));
    assertThat(scene.replicate("acme/app:1"))
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> assertThat(done.isUnmoved()).isTrue())
        .satisfies(done -> assertThat(done.copy().digest()).isEqualTo(moved))
        .satisfies(done -> assertThat(done.tally().counted()).isZero());
  }

  @Test
  void pullsNothingWhereNoMoreIsLeftThanOthersMayNeed() {
    scene.hub.image("1", TestImage.noise(1000, 5));
    scene.spared = 60;
    left("60");

    assertThat(scene.replicate("acme/app:1")).isInstanceOf(Postponed.class);
    assertThat(scene.hub.requests("GET")).isEmpty();
  }

  @Test
  void leavesThemAloneAlsoWhereTheIndexTellsOfManyPlatforms() {
    var one = scene.hub.image("one", TestImage.noise(1000, 5));
    var two = scene.hub.image("two", TestImage.noise(2000, 6));
    scene.hub.index("all", one, two);
    scene.spared = 60;
    left("62");
    scene.hub.on("GET", "manifests/", scene.hub.saying("ratelimit-remaining", "61;w=21600"));

    assertThat(scene.replicate("acme/app:all")).isInstanceOf(Postponed.class);
    assertThat(scene.hub.requests("GET")).hasSize(1);
  }

  @Test
  void isNotHeldBackWhereUpstreamNamesNoLimit() {
    scene.hub.image("1", TestImage.noise(1000, 5));
    scene.spared = 60;

    assertThat(scene.replicate("acme/app:1")).isInstanceOf(Replicated.class);
  }

  private void left(String pulls) {
    scene.hub.on("HEAD", "manifests/", scene.hub.saying("ratelimit-remaining", pulls + ";w=21600"));
  }
}
