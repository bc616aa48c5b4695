package io.pullrescue.replication;

import static io.pullrescue.testing.FaultyRegistry.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.replication.ReplicationResult.Deferred;
import io.pullrescue.replication.ReplicationResult.Failed;
import io.pullrescue.replication.ReplicationResult.Replicated;
import io.pullrescue.testing.FaultyRegistry;
import io.pullrescue.testing.ReplicationFixture;
import io.pullrescue.testing.TestImage;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The choice of the source of an image. */
class ImageReplicatorSourcesTest {
  private static final byte[] LAYER = TestImage.randomBytes(1000, 5);
  private static final String RATE_LIMIT_ERROR =
      "{\"errors\":[{\"code\":\"TOOMANYREQUESTS\",\"message\":\"You have reached your pull rate"
          + " limit. dckr_jti_abcdef\"}]}";

  private final ReplicationFixture fixture = new ReplicationFixture();

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void copiesOfficialImageFromEcrPublic() {
    fixture.dockerHub.pushImage("2.7", LAYER);
    fixture.ecrPublic.pushImage("2.7", LAYER);

    assertThat(sourceOf(fixture.replicate("ruby:2.7")).registry()).isEqualTo("public.ecr.aws");
    assertThat(fixture.dockerHub.requests("GET")).isEmpty();
  }

  @Test
  void ignoresEcrPublicImageWithOtherDigest() {
    fixture.dockerHub.pushImage("2.7", LAYER);
    fixture.ecrPublic.pushImage("2.7", TestImage.randomBytes(10, 9));

    assertThat(sourceOf(fixture.replicate("ruby:2.7")).registry()).isEqualTo("docker.io");
  }

  @Test
  void usesEcrPublicDigestWhenDockerHubIsRateLimited() {
    fixture.ecrPublic.pushImage("2.7", LAYER);
    fixture.dockerHub.enqueue("HEAD", "manifests", rateLimited(), rateLimited());

    assertThat(sourceOf(fixture.replicate("ruby:2.7")).registry()).isEqualTo("public.ecr.aws");
  }

  @Test
  void keepsMirroredImageWhenDockerHubIsRateLimited() {
    fixture.mirror.pushImage("2.7", LAYER);
    fixture.dockerHub.enqueue("HEAD", "manifests", rateLimited(), rateLimited());

    assertThat(sourceOf(fixture.replicate("ruby:2.7")).registry())
        .isEqualTo(ReplicationFixture.MIRROR);
  }

  @Test
  void skipsUpstreamWhenMirrorHasDigest() {
    var digest = fixture.mirror.pushImage("2.7", LAYER);

    assertThat(fixture.replicate("ruby@" + digest)).isInstanceOf(Replicated.class);
    assertThat(fixture.dockerHub.requests("")).isEmpty();
  }

  @Test
  void tagsExistingImageWithoutCopyingBlobs() {
    fixture.dockerHub.pushImage("2.7", LAYER);
    fixture.mirror.pushImage("2", LAYER);

    assertThat(sourceOf(fixture.replicate("ruby:2.7")).registry())
        .isEqualTo(ReplicationFixture.MIRROR);
    assertThat(fixture.dockerHub.requests("GET")).isEmpty();
    assertThat(fixture.mirror.exists("manifests/2.7")).isTrue();
  }

  @Test
  void storesPinnedImageUnderDigestOnly() {
    var digest = fixture.dockerHub.pushImage("2.7", LAYER);

    assertThat(fixture.replicate("ruby:2.7@" + digest)).isInstanceOf(Replicated.class);
    assertThat(fixture.mirror.exists("manifests/" + digest)).isTrue();
    assertThat(fixture.mirror.exists("manifests/2.7")).isFalse();
  }

  @Test
  void pullsAnonymouslyWhenCredentialsAreRejected() {
    fixture.credentials.put("docker.io", new RegistryCredentials("someone", "wrong"));
    fixture.dockerHub.pushImage("1", LAYER);
    fixture.dockerHub.enqueue(
        "HEAD",
        "manifests",
        status(
            401,
            "",
            "WWW-Authenticate",
            "Bearer realm=\"%s/token\",service=\"hub\"".formatted(fixture.dockerHub.endpoint())));
    fixture.dockerHub.enqueue(
        "GET", "/token", status(200, "{\"token\":\"stranger\"}"), status(401, ""));

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Replicated.class);
  }

  @Test
  void defersWhenAllSourcesAreRateLimited() {
    fixture.dockerHub.enqueue("HEAD", "manifests", rateLimited(), rateLimited());

    assertThat(fixture.replicate("acme/app:1"))
        .asInstanceOf(type(Deferred.class))
        .extracting(Deferred::reason)
        .asString()
        .contains("docker.io/acme/app:1", "429")
        .doesNotContain("abcdef");
  }

  @Test
  void rejectsRegistryThatIsNotAllowed() {
    assertThat(fixture.replicate("evil.example.com/app:1"))
        .asInstanceOf(type(Failed.class))
        .extracting(Failed::reason)
        .asString()
        .contains("evil.example.com", "docker.io, public.ecr.aws");
  }

  @Test
  void rejectsSchema1Manifest() {
    fixture.dockerHub.pushManifest(
        "1",
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
        "{\"schemaVersion\":1,\"fsLayers\":[]}");

    assertThat(fixture.replicate("acme/app:1"))
        .asInstanceOf(type(Failed.class))
        .extracting(Failed::reason)
        .asString()
        .contains("schema 1");
  }

  private static FaultyRegistry.ResponseHandler rateLimited() {
    return status(429, RATE_LIMIT_ERROR, "ratelimit-remaining", "0;w=21600");
  }

  private static ImageReference sourceOf(ReplicationResult replication) {
    assertThat(replication).isInstanceOf(Replicated.class);
    return ((Replicated) replication).source();
  }
}
