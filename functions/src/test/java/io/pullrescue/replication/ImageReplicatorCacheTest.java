package io.pullrescue.replication;

import static io.pullrescue.testing.FaultyRegistry.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.replication.ReplicationResult.Failed;
import io.pullrescue.replication.ReplicationResult.Replicated;
import io.pullrescue.testing.ReplicationFixture;
import io.pullrescue.testing.TestImage;
import java.io.IOException;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Copies through a pull-through cache rule. The registry in the role of ECR Public is the cache:
 * its requests can be told from those of the mirror.
 */
class ImageReplicatorCacheTest {
  private static final byte[] LAYER = TestImage.randomBytes(1000, 5);

  private final ReplicationFixture fixture = new ReplicationFixture();

  @BeforeEach
  void addRule() {
    fixture.credentials.put(ReplicationFixture.MIRROR, new RegistryCredentials("AWS", "token"));
    fixture.repositoryManager =
        new MirrorRepositoryManager() {
          @Override
          public boolean createIfAbsent(String repository) {
            return false;
          }

          @Override
          public Optional<ImageReference> cachedReference(ImageReference image) {
            return Optional.of(
                new ImageReference(
                    "public.ecr.aws", "hub/" + image.repository(), image.tag(), image.digest()));
          }
        };
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void copiesThroughRuleAndSaysSo() {
    fixture.dockerHub.pushImage("1", LAYER);
    fixture.ecrPublic.pushImage("1", LAYER);

    var replicated = replicated("acme/app:1");

    assertThat(replicated.source()).hasToString("public.ecr.aws/hub/acme/app:1");
    assertThat(replicated.notes())
        .singleElement()
        .asString()
        .contains("pull-through cache", "public.ecr.aws/hub/acme/app:1 can be pulled as well");
    assertThat(fixture.dockerHub.requests("GET")).isEmpty();
    assertThat(fixture.ecrPublic.requests("HEAD").getFirst()).contains("/manifests/1");
  }

  @Test
  void copiesFromUpstreamWhenRuleHasOtherDigest() {
    var digest = fixture.dockerHub.pushImage("1", LAYER);
    fixture.ecrPublic.pushImage("1", TestImage.randomBytes(10, 9));

    var replicated = replicated("acme/app:1");

    assertThat(replicated.mirroredImage().digest()).isEqualTo(digest);
    assertThat(replicated.source().registry()).isEqualTo("docker.io");
    assertThat(replicated.notes())
        .singleElement()
        .asString()
        .contains("did not provide it", "once in 24 hours");
  }

  /** Its secret is wrong, or the function may not import. */
  @Test
  void copiesFromUpstreamWhenRuleIsDenied() {
    fixture.dockerHub.pushImage("1", LAYER);
    fixture.ecrPublic.enqueue("HEAD", "manifests", Collections.nCopies(9, status(403, "{}")));

    var replicated = replicated("acme/app:1");

    assertThat(replicated.source().registry()).isEqualTo("docker.io");
    assertThat(replicated.notes()).singleElement().asString().contains("did not provide it", "403");
  }

  /** A rule reads with a secret of its own, which must not open private images. */
  @Test
  void doesNotCopyPrivateImageThroughRule() {
    fixture.ecrPublic.pushImage("1", LAYER);

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Failed.class);
    assertThat(fixture.ecrPublic.requests("")).isEmpty();
  }

  @Test
  void copiesThroughRuleWhatSettingsAllow() {
    fixture.privateImages.add("docker.io/acme/app");
    fixture.dockerHub.enqueue("HEAD", "manifests", Collections.nCopies(9, status(503, "{}")));
    fixture.ecrPublic.pushImage("1", LAYER);

    assertThat(replicated("acme/app:1").source().repository()).isEqualTo("hub/acme/app");
  }

  private Replicated replicated(String image) {
    return assertThat(fixture.replicate(image)).asInstanceOf(type(Replicated.class)).actual();
  }
}
