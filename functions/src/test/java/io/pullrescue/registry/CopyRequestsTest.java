package io.pullrescue.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.image.Digest;
import io.pullrescue.replication.MirrorRepositories;
import io.pullrescue.replication.Replication.Refused;
import io.pullrescue.replication.Replication.Replicated;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a copy asks of whom, how often, and what at the same time. */
class CopyRequestsTest {
  private static final byte[] ONE = TestImage.noise(1000, 5);
  private static final byte[] TWO = TestImage.noise(2000, 6);

  private final CopyScene scene = new CopyScene();

  @AfterEach
  void close() throws IOException {
    scene.close();
  }

  @Test
  void looksForNoBlobInARepositoryThatItHasJustMade() {
    scene.hub.image("1", ONE, TWO);
    scene.repositories = repository -> true;

    assertThat(scene.replicate("acme/app:1")).isInstanceOf(Replicated.class);
    assertThat(scene.mirror.requests("HEAD /v2/docker-hub/acme/app/blobs")).isEmpty();
    assertThat(scene.mirror.requests(""))
        .as("is it there by tag, 3 blobs of 2 requests, the manifest")
        .hasSize(1 + 3 * 2 + 1);
  }

  @Test
  void asksTheMirrorsApiOnceForAllBlobsWhereItHasOne() {
    scene.hub.image("1", ONE, TWO);
    scene.mirror.blob(ONE);
    scene.repositories = holding(Optional.of(Set.of(Digest.of(ONE))));

    assertThat(scene.replicate("acme/app:1"))
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> assertThat(done.tally().blobsPresent()).isEqualTo(1))
        .satisfies(done -> assertThat(done.tally().blobsMoved()).isEqualTo(2));
    assertThat(scene.mirror.requests("HEAD /v2/docker-hub/acme/app/blobs")).isEmpty();
    assertThat(scene.hub.requests("GET /v2/acme/app/blobs/" + Digest.of(ONE))).isEmpty();
  }

  @Test
  void asksTheRegistryForOneBlobAfterTheOtherWhereItsApiDoesNotAnswer() {
    scene.hub.image("1", ONE, TWO);
    scene.mirror.blob(ONE);
    scene.repositories = holding(Optional.empty());

    assertThat(scene.replicate("acme/app:1"))
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> assertThat(done.tally().blobsPresent()).isEqualTo(1));
    assertThat(scene.mirror.requests("HEAD /v2/docker-hub/acme/app/blobs")).hasSize(3);
  }

  @Test
  void asksUpstreamOnceWhichDigestItIs() {
    scene.hub.image("1", ONE);

    scene.replicate("acme/app:1");

    assertThat(scene.hub.requests("HEAD /v2/acme/app/manifests/1")).hasSize(1);
    assertThat(scene.hub.requests("HEAD /v2/acme/app/manifests/sha256:")).isEmpty();
  }

  @Test
  void copiesAnIndexOf23BlobsInLessThan80RequestsToTheMirror() {
    var children =
        IntStream.range(0, 5)
            .mapToObj(child ->
                scene.hub.image(
                    "child" + child,
                    IntStream.range(0, child < 4 ? 5 : 2)
                        .mapToObj(layer -> TestImage.noise(10 + layer, 10 * child + layer))
                        .toArray(byte[][]::new)))
            .toArray(Digest[]::new);
    scene.hub.index("all", children);
    scene.repositories = repository -> true;

    assertThat(scene.replicate("acme/app:all"))
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> {
          assertThat(done.tally().blobsMoved()).isEqualTo(23);
          assertThat(done.tally().counted()).as("five manifests and the index").isEqualTo(6);
        });
    assertThat(scene.mirror.requests("")).hasSizeLessThan(80);
  }

  @Test
  void opensADownloadWhileTheMirrorOpensTheUpload() {
    var asked = new CountDownLatch(1);
    scene.hub.image("1", ONE);
    scene.blobsAtOnce = 1;
    scene.hub.on(
        "GET",
        "blobs/",
        exchange -> {
          asked.countDown();
          scene.hub.answer(exchange);
        });
    scene.mirror.on(
        "POST",
        "uploads",
        exchange -> {
          await(asked);
          scene.mirror.answer(exchange);
        });

    assertThat(scene.replicate("acme/app:1")).isInstanceOf(Replicated.class);
  }

  @Test
  void fetchesAndWritesTheManifestsOfAllPlatformsTogetherAndTheIndexLast() {
    var fetching = new CountDownLatch(2);
    var writing = new CountDownLatch(2);
    var one = scene.hub.image("one", ONE);
    var two = scene.hub.image("two", TWO);
    var index = scene.hub.index("all", one, two);
    for (var child : List.of(one, two)) {
      scene.hub.on(
          "GET",
          "manifests/" + child,
          exchange -> {
            fetching.countDown();
            await(fetching);
            scene.hub.answer(exchange);
          });
      scene.mirror.on(
          "PUT",
          "manifests/" + child,
          exchange -> {
            writing.countDown();
            await(writing);
            scene.mirror.answer(exchange);
          });
    }

    assertThat(scene.replicate("acme/app:all")).isInstanceOf(Replicated.class);
    assertThat(scene.mirror.requests("PUT").getLast()).endsWith("manifests/all");
    assertThat(scene.mirror.has("manifests/" + index)).isTrue();
  }

  @Test
  void writesAnImageBeforeAnInnerIndexThatSharesItWithTheOuterOne() {
    var image = scene.hub.image("one", ONE);
    var inner = scene.hub.index("inner", image);
    scene.hub.index("all", inner, image);

    assertThat(scene.replicate("acme/app:all")).isInstanceOf(Replicated.class);
    assertThat(scene.mirror.requests("PUT /v2/docker-hub/acme/app/manifests/"))
        .map(put -> put.replaceFirst(".*/", ""))
        .containsExactly(image.value(), inner.value(), "all");
  }

  @Test
  void movesNothingForATagThatIsImmutableAndStandsForAnotherImage() {
    scene.hub.image("1", ONE);
    scene.mirror.image("1", TWO);
    scene.repositories =
        new MirrorRepositories() {
          @Override
          public boolean ensure(String repository) {
            return false;
          }

          @Override
          public boolean isImmutable(String repository, String tag) {
            return repository.equals("docker-hub/acme/app") && tag.equals("1");
          }
        };

    assertThat(scene.replicate("acme/app:1"))
        .asInstanceOf(type(Refused.class))
        .extracting(Refused::why)
        .asString()
        .contains("acme/app:1", "immutable", "nothing was moved");
    assertThat(scene.hub.requests("GET")).isEmpty();
    assertThat(scene.mirror.requests("P")).isEmpty();
  }

  private static MirrorRepositories holding(Optional<Set<Digest>> blobs) {
    return new MirrorRepositories() {
      @Override
      public boolean ensure(String repository) {
        return false;
      }

      @Override
      public Optional<Set<Digest>> holdings(String repository, List<Digest> asked) {
        assertThat(asked).hasSize(3);
        return blobs;
      }
    };
  }

  private static void await(CountDownLatch latch) {
    assertThatCode(() -> assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue())
        .doesNotThrowAnyException();
  }
}
