package io.pullrescue.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.image.Digest;
import io.pullrescue.replication.ReplicationResult.Failed;
import io.pullrescue.replication.ReplicationResult.Replicated;
import io.pullrescue.testing.ReplicationFixture;
import io.pullrescue.testing.TestImage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The number, order and concurrency of the requests of a copy. */
class ImageReplicatorRequestsTest {
  private static final byte[] ONE = TestImage.randomBytes(1000, 5);
  private static final byte[] TWO = TestImage.randomBytes(2000, 6);

  private final ReplicationFixture fixture = new ReplicationFixture();

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void skipsBlobChecksInNewRepository() {
    fixture.dockerHub.pushImage("1", ONE, TWO);
    fixture.repositoryManager = repository -> true;

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Replicated.class);
    assertThat(fixture.mirror.requests("HEAD /v2/docker-hub/acme/app/blobs")).isEmpty();
    assertThat(fixture.mirror.requests(""))
        .as("is it there by tag, or beside the tag, 3 blobs of 2 requests, the manifest")
        .hasSize(2 + 3 * 2 + 1);
  }

  @Test
  void checksAllBlobsWithOneApiCall() {
    fixture.dockerHub.pushImage("1", ONE, TWO);
    fixture.mirror.pushBlob(ONE);
    fixture.repositoryManager = existingBlobs(Optional.of(Set.of(Digest.of(ONE))));

    assertThat(fixture.replicate("acme/app:1"))
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> assertThat(done.stats().blobsSkipped()).isEqualTo(1))
        .satisfies(done -> assertThat(done.stats().blobsCopied()).isEqualTo(2));
    assertThat(fixture.mirror.requests("HEAD /v2/docker-hub/acme/app/blobs")).isEmpty();
    assertThat(fixture.dockerHub.requests("GET /v2/acme/app/blobs/" + Digest.of(ONE))).isEmpty();
  }

  @Test
  void checksBlobsSinglyWhenApiIsUnavailable() {
    fixture.dockerHub.pushImage("1", ONE, TWO);
    fixture.mirror.pushBlob(ONE);
    fixture.repositoryManager = existingBlobs(Optional.empty());

    assertThat(fixture.replicate("acme/app:1"))
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> assertThat(done.stats().blobsSkipped()).isEqualTo(1));
    assertThat(fixture.mirror.requests("HEAD /v2/docker-hub/acme/app/blobs")).hasSize(3);
  }

  @Test
  void requestsUpstreamDigestOnce() {
    fixture.dockerHub.pushImage("1", ONE);

    fixture.replicate("acme/app:1");

    assertThat(fixture.dockerHub.requests("HEAD /v2/acme/app/manifests/1")).hasSize(1);
    assertThat(fixture.dockerHub.requests("HEAD /v2/acme/app/manifests/sha256:")).isEmpty();
  }

  @Test
  void copies23BlobIndexWithFewerThan80MirrorRequests() {
    var children =
        IntStream.range(0, 5)
            .mapToObj(child ->
                fixture.dockerHub.pushImage(
                    "child" + child,
                    IntStream.range(0, child < 4 ? 5 : 2)
                        .mapToObj(layer -> TestImage.randomBytes(10 + layer, 10 * child + layer))
                        .toArray(byte[][]::new)))
            .toArray(Digest[]::new);
    fixture.dockerHub.pushIndex("all", children);
    fixture.dockerHub.remainingPulls = "100";
    fixture.repositoryManager = repository -> true;

    assertThat(fixture.replicate("acme/app:all"))
        .asInstanceOf(type(Replicated.class))
        .satisfies(done -> {
          assertThat(done.stats().blobsCopied()).isEqualTo(23);
          assertThat(done.stats().rateLimitedRequests())
              .as("five manifests and the index")
              .isEqualTo(6);
        });
    assertThat(fixture.mirror.requests("")).hasSizeLessThan(80);
  }

  @Test
  void opensDownloadAndUploadConcurrently() {
    var downloadRequested = new CountDownLatch(1);
    fixture.dockerHub.pushImage("1", ONE);
    fixture.maxConcurrentBlobs = 1;
    fixture.dockerHub.enqueue(
        "GET",
        "blobs/",
        exchange -> {
          downloadRequested.countDown();
          fixture.dockerHub.forward(exchange);
        });
    fixture.mirror.enqueue(
        "POST",
        "uploads",
        exchange -> {
          await(downloadRequested);
          fixture.mirror.forward(exchange);
        });

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Replicated.class);
  }

  @Test
  void copiesPlatformManifestsConcurrentlyAndIndexLast() {
    var fetching = new CountDownLatch(2);
    var writing = new CountDownLatch(2);
    var one = fixture.dockerHub.pushImage("one", ONE);
    var two = fixture.dockerHub.pushImage("two", TWO);
    var index = fixture.dockerHub.pushIndex("all", one, two);
    for (var child : List.of(one, two)) {
      fixture.dockerHub.enqueue(
          "GET",
          "manifests/" + child,
          exchange -> {
            fetching.countDown();
            await(fetching);
            fixture.dockerHub.forward(exchange);
          });
      fixture.mirror.enqueue(
          "PUT",
          "manifests/" + child,
          exchange -> {
            writing.countDown();
            await(writing);
            fixture.mirror.forward(exchange);
          });
    }

    assertThat(fixture.replicate("acme/app:all")).isInstanceOf(Replicated.class);
    assertThat(fixture.mirror.requests("PUT").getLast()).endsWith("manifests/all");
    assertThat(fixture.mirror.exists("manifests/" + index)).isTrue();
  }

  @Test
  void writesSharedImageBeforeInnerIndex() {
    var image = fixture.dockerHub.pushImage("one", ONE);
    var inner = fixture.dockerHub.pushIndex("inner", image);
    fixture.dockerHub.pushIndex("all", inner, image);

    assertThat(fixture.replicate("acme/app:all")).isInstanceOf(Replicated.class);
    assertThat(fixture.mirror.requests("PUT /v2/docker-hub/acme/app/manifests/"))
        .map(put -> put.replaceFirst(".*/", ""))
        .containsExactly(image.value(), inner.value(), "all");
  }

  @Test
  void copiesNothingWhenImmutableTagNamesOtherImage() {
    fixture.dockerHub.pushImage("1", ONE);
    fixture.mirror.pushImage("1", TWO);
    fixture.repositoryManager =
        new MirrorRepositoryManager() {
          @Override
          public boolean createIfAbsent(String repository) {
            return false;
          }

          @Override
          public boolean isTagImmutable(String repository, String tag) {
            return repository.equals("docker-hub/acme/app") && tag.equals("1");
          }
        };

    assertThat(fixture.replicate("acme/app:1"))
        .asInstanceOf(type(Failed.class))
        .extracting(Failed::reason)
        .asString()
        .contains("acme/app:1", "immutable", "nothing was copied");
    assertThat(fixture.dockerHub.requests("GET")).isEmpty();
    assertThat(fixture.mirror.requests("P")).isEmpty();
  }

  private static MirrorRepositoryManager existingBlobs(Optional<Set<Digest>> blobs) {
    return new MirrorRepositoryManager() {
      @Override
      public boolean createIfAbsent(String repository) {
        return false;
      }

      @Override
      public Optional<Set<Digest>> existingBlobs(String repository, List<Digest> asked) {
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
