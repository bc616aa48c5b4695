package io.pullrescue.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.image.Digest;
import io.pullrescue.image.Platform;
import io.pullrescue.replication.ReplicationResult.Failed;
import io.pullrescue.replication.ReplicationResult.Replicated;
import io.pullrescue.testing.ReplicationFixture;
import io.pullrescue.testing.TestImage;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tags that the mirror holds while upstream has moved them. */
class ImageReplicatorMovedTagTest {
  private static final byte[] OLD = TestImage.randomBytes(100, 1);
  private static final byte[] NEW = TestImage.randomBytes(100, 2);
  private static final byte[] NEWEST = TestImage.randomBytes(100, 3);

  private final ReplicationFixture fixture = new ReplicationFixture();

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void failedWorkloadDoesNotMoveTag() {
    var held = replicateManually(OLD);
    var moved = fixture.dockerHub.pushImage("20", NEW);

    assertThat(replicateForWorkload())
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> {
          assertThat(done.mirroredImage().tag()).isEqualTo("pull-rescue.20");
          assertThat(done.mirroredImage().digest()).isEqualTo(moved);
          assertThat(done.alreadyUpToDate()).isFalse();
          assertThat(done.notes())
              .containsExactly(
                  "the mirror's tag 20 stays at %s; a refresh or pull-rescue-manual moves it"
                      .formatted(held));
        });
    assertThat(mirrored("20")).isEqualTo(held);
    assertThat(mirrored("pull-rescue.20")).isEqualTo(moved);
  }

  @Test
  void secondFailureFindsImageBesideTag() {
    replicateManually(OLD);
    fixture.dockerHub.pushImage("20", NEW);
    replicateForWorkload();
    var pushes = fixture.mirror.requests("P").size();

    assertThat(replicateForWorkload())
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> {
          assertThat(done.alreadyUpToDate()).isTrue();
          assertThat(done.mirroredImage().tag()).isEqualTo("pull-rescue.20");
        });
    assertThat(fixture.mirror.requests("P")).hasSize(pushes);
  }

  @Test
  void failedWorkloadMovesTagBesideTag() {
    var held = replicateManually(OLD);
    fixture.dockerHub.pushImage("20", NEW);
    replicateForWorkload();
    var newest = fixture.dockerHub.pushImage("20", NEWEST);

    assertThat(replicateForWorkload()).isInstanceOf(Replicated.class);
    assertThat(mirrored("20")).isEqualTo(held);
    assertThat(mirrored("pull-rescue.20")).isEqualTo(newest);
  }

  @Test
  void manualReplicationMovesBothTags() {
    replicateManually(OLD);
    fixture.dockerHub.pushImage("20", NEW);
    replicateForWorkload();

    var newest = replicateManually(NEWEST);

    assertThat(mirrored("20")).isEqualTo(newest);
    assertThat(mirrored("pull-rescue.20")).isEqualTo(newest);
  }

  @Test
  void manualReplicationCreatesNoTagBesideTag() {
    replicateManually(OLD);
    replicateManually(NEW);

    assertThat(fixture.mirror.exists("manifests/pull-rescue.20")).isFalse();
  }

  @Test
  void tagBesideTagFollowsUpstreamBack() {
    var held = replicateManually(OLD);
    fixture.dockerHub.pushImage("20", NEW);
    replicateForWorkload();
    fixture.dockerHub.pushImage("20", OLD);

    assertThat(replicateForWorkload())
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> assertThat(done.mirroredImage().tag()).isEqualTo("20"));
    assertThat(mirrored("pull-rescue.20")).isEqualTo(held);
  }

  @Test
  void failedWorkloadCreatesTagThatMirrorLacks() {
    var digest = fixture.dockerHub.pushImage("20", NEW);

    assertThat(replicateForWorkload())
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> assertThat(done.notes()).isEmpty());
    assertThat(mirrored("20")).isEqualTo(digest);
    assertThat(fixture.mirror.exists("manifests/pull-rescue.20")).isFalse();
  }

  @Test
  void failedWorkloadDoesNotMoveTagToImageThatMirrorHas() {
    replicateManually(OLD);
    var moved = fixture.dockerHub.pushImage("20", NEW);
    fixture.mirror.pushImage("other", NEW);

    assertThat(replicateForWorkload()).isInstanceOf(Replicated.class);
    assertThat(mirrored("pull-rescue.20")).isEqualTo(moved);
    assertThat(mirrored("20")).isNotEqualTo(moved);
  }

  @Test
  void replicatesBesideImmutableTag() {
    var held = replicateManually(OLD);
    var moved = fixture.dockerHub.pushImage("20", NEW);
    setImmutable("20");

    assertThat(replicateForWorkload()).isInstanceOf(Replicated.class);
    assertThat(mirrored("20")).isEqualTo(held);
    assertThat(mirrored("pull-rescue.20")).isEqualTo(moved);
  }

  @Test
  void refusesWhenTagBesideTagIsImmutable() {
    replicateManually(OLD);
    fixture.dockerHub.pushImage("20", NEW);
    replicateForWorkload();
    fixture.dockerHub.pushImage("20", NEWEST);
    setImmutable("20", "pull-rescue.20");

    assertThat(replicateForWorkload())
        .asInstanceOf(type(Failed.class))
        .satisfies(failed ->
            assertThat(failed.reason()).contains("the tag pull-rescue.20", "is immutable"));
  }

  @Test
  void hashesTagThatWouldBeTooLong() {
    var tag = "x".repeat(117);
    fixture.dockerHub.pushImage(tag, OLD);
    replicate("acme/app:" + tag, true);
    var moved = fixture.dockerHub.pushImage(tag, NEW);

    replicate("acme/app:" + tag, false);

    var hash = Digest.of(tag.getBytes(java.nio.charset.StandardCharsets.UTF_8)).hex();
    assertThat(mirrored("pull-rescue." + hash)).isEqualTo(moved);
  }

  @Test
  void failedWorkloadDoesNotMoveTagOfPlatform() {
    fixture.platform = Platform.parse("linux/amd64").orElseThrow();
    pushPlatform(OLD);
    replicate("acme/app:20", true);
    var held = mirrored("20-linux-amd64");
    pushPlatform(NEW);

    assertThat(replicateForWorkload())
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> {
          assertThat(done.mirroredImage().tag()).isEqualTo("pull-rescue.20-linux-amd64");
          assertThat(done.notes()).anyMatch(note -> note.contains("tag 20-linux-amd64 stays at"));
        });
    assertThat(mirrored("20-linux-amd64")).isEqualTo(held);
  }

  @Test
  void refusesUpstreamTagWithThePrefix() {
    assertThat(replicate("acme/app:pull-rescue.20", false))
        .asInstanceOf(type(Failed.class))
        .satisfies(failed ->
            assertThat(failed.reason()).contains("begin with `pull-rescue.`", "mirror itself"));
  }

  @Test
  void usesImageBesideTagWhileUpstreamIsUnavailable() {
    replicateManually(OLD);
    var moved = fixture.dockerHub.pushImage("20", NEW);
    replicateForWorkload();
    fixture.dockerHub.enqueue(
        "HEAD",
        "manifests/20",
        io.pullrescue.testing.FaultyRegistry.status(429, "", "Retry-After", "3600"));

    assertThat(replicateForWorkload())
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> assertThat(done.mirroredImage().digest()).isEqualTo(moved));
  }

  private Digest replicateManually(byte[] layer) {
    var digest = fixture.dockerHub.pushImage("20", layer);
    assertThat(replicate("acme/app:20", true)).isInstanceOf(Replicated.class);
    return digest;
  }

  private ReplicationResult replicateForWorkload() {
    return replicate("acme/app:20", false);
  }

  private ReplicationResult replicate(String image, boolean movesTags) {
    fixture.movesTags = movesTags;
    return fixture.replicate(image);
  }

  private void pushPlatform(byte[] layer) {
    var child = fixture.dockerHub.pushImage("child", layer);
    fixture.dockerHub.pushManifest(
        "20",
        TestImage.INDEX,
        "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}]}"
            .formatted(
                TestImage.MANIFEST, child, fixture.dockerHub.content("manifests/" + child).length));
  }

  private Digest mirrored(String tag) {
    return Digest.of(fixture.mirror.content("manifests/" + tag));
  }

  private void setImmutable(String... tags) {
    fixture.repositoryManager =
        new MirrorRepositoryManager() {
          @Override
          public boolean createIfAbsent(String repository) {
            return false;
          }

          @Override
          public boolean isTagImmutable(String repository, String tag) {
            return Set.of(tags).contains(tag);
          }
        };
  }
}
