package io.pullrescue.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.Digest;
import io.pullrescue.replication.ReplicationResult.Replicated;
import io.pullrescue.testing.ReplicationFixture;
import io.pullrescue.testing.TestImage;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Limits of what is copied along with an image: signatures, attestations and SBOMs. */
class ImageReplicatorAttachmentsTest {
  private static final long MEBIBYTE = 1L << 20;

  private final ReplicationFixture fixture = new ReplicationFixture();
  private String attached = "";

  @BeforeEach
  void pushImage() {
    attached = "sha256-" + fixture.dockerHub.pushImage("1", TestImage.randomBytes(1000, 1)).hex();
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void sharesMaxImageSizeWithImage() {
    fixture.dockerHub.pushImage(attached + ".sig", TestImage.randomBytes(600, 2));
    fixture.dockerHub.pushImage(attached + ".att", TestImage.randomBytes(600, 3));
    fixture.maxImageBytes = 2000;

    assertThat(replicatedNotes())
        .singleElement()
        .asString()
        .contains(".att not copied", "has 602 bytes", "(what is left for all attachments) is 396");
    assertThat(fixture.mirror.exists("manifests/" + attached + ".sig")).isTrue();
    assertThat(fixture.mirror.exists("manifests/" + attached + ".att")).isFalse();
    assertThat(fixture.mirror.exists("manifests/1")).isTrue();
  }

  @Test
  void limitsAttachmentsTo64MebibytesTogether() {
    pushDeclaring(attached + ".sig", 40 * MEBIBYTE);
    pushDeclaring(attached + ".att", 65 * MEBIBYTE);

    assertThat(replicatedNotes())
        .anySatisfy(note -> assertThat(note).contains(".att", "is 67,108,864 bytes"));
    assertThat(fixture.dockerHub.requests("GET /v2/acme/app/blobs"))
        .as("only blobs of the image, and of the signature")
        .noneMatch(request -> request.endsWith(blobOf(65 * MEBIBYTE).value()));
  }

  @Test
  void limitsManifestsOfAttachment() {
    var children =
        IntStream.rangeClosed(1, 10)
            .mapToObj(number -> Digest.of(new byte[number]))
            .toArray(Digest[]::new);
    fixture.dockerHub.pushIndex(attached, children);

    assertThat(replicatedNotes())
        .singleElement()
        .asString()
        .contains(attached + " not copied", "the attachment has more than 10 manifests");
    assertThat(fixture.dockerHub.requests("GET /v2/acme/app/manifests")).hasSize(2);
  }

  @Test
  void spendsNoMoreRequestsOnAttachmentsThanOnImage() {
    fixture.dockerHub.remainingPulls = "100";
    for (var suffix : List.of(".att", ".sig", ".sbom")) {
      fixture.dockerHub.pushImage(
          attached + suffix, suffix.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    assertThat(replicatedNotes())
        .hasSize(2)
        .allSatisfy(note ->
            assertThat(note).contains("attachments use at most as many as the image itself"));
    assertThat(fixture.dockerHub.requests("GET /v2/acme/app/manifests")).hasSize(2);
    assertThat(fixture.mirror.exists("manifests/" + attached + ".sig"))
        .as("a signature comes first")
        .isTrue();
  }

  @Test
  void countsNoRequestsOfRegistryWithoutLimit() {
    for (var suffix : List.of(".att", ".sig", ".sbom")) {
      fixture.dockerHub.pushImage(attached + suffix, new byte[] {9});
    }
    fixture.maxRateLimitedRequests = 1;

    assertThat(replicatedNotes()).isEmpty();
    assertThat(fixture.mirror.exists("manifests/" + attached + ".sbom")).isTrue();
  }

  @Test
  void failedWorkloadDoesNotMoveTagOfSignature() {
    fixture.dockerHub.pushImage(attached + ".sig", new byte[] {9});
    var held = fixture.mirror.pushImage(attached + ".sig", new byte[] {8});
    fixture.movesTags = false;

    assertThat(replicatedNotes())
        .containsExactly("the mirror's tag %s.sig stays at %s".formatted(attached, held));
  }

  private List<String> replicatedNotes() {
    var result = fixture.replicate("acme/app:1");
    assertThat(result).isInstanceOf(Replicated.class);
    return ((Replicated) result).notes();
  }

  private void pushDeclaring(String tag, long size) {
    fixture.dockerHub.pushManifest(
        tag,
        TestImage.MANIFEST,
        "{\"schemaVersion\":2,\"config\":%s,\"layers\":[]}"
            .formatted(TestImage.descriptor("application/x-layer", blobOf(size), size)));
  }

  private static Digest blobOf(long size) {
    return Digest.of(String.valueOf(size).getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
