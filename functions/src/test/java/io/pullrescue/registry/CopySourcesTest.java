package io.pullrescue.registry;

import static io.pullrescue.registry.FaultyRegistry.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Login;
import io.pullrescue.replication.Replication;
import io.pullrescue.replication.Replication.Postponed;
import io.pullrescue.replication.Replication.Refused;
import io.pullrescue.replication.Replication.Replicated;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where the bytes come from. */
class CopySourcesTest {
  private static final byte[] LAYER = TestImage.noise(1000, 5);
  private static final String LIMITED =
      "{\"errors\":[{\"code\":\"TOOMANYREQUESTS\",\"message\":\"You have reached your pull rate"
          + " limit. dckr_jti_abcdef\"}]}";

  private final CopyScene scene = new CopyScene();

  @AfterEach
  void close() throws IOException {
    scene.close();
  }

  @Test
  void takesAnOfficialImageFromAmazonWhereItIsTheSame() {
    scene.hub.image("2.7", LAYER);
    scene.amazon.image("2.7", LAYER);

    assertThat(source(scene.replicate("ruby:2.7")).registry()).isEqualTo("public.ecr.aws");
    assertThat(scene.hub.requests("GET")).isEmpty();
  }

  @Test
  void leavesAmazonsCopyWhereItIsAnother() {
    scene.hub.image("2.7", LAYER);
    scene.amazon.image("2.7", TestImage.noise(10, 9));

    assertThat(source(scene.replicate("ruby:2.7")).registry()).isEqualTo("docker.io");
  }

  @Test
  void takesAmazonsWordWhereTheHubDoesNotEvenAnswer() {
    scene.amazon.image("2.7", LAYER);
    scene.hub.on("HEAD", "manifests", limited(), limited());

    assertThat(source(scene.replicate("ruby:2.7")).registry()).isEqualTo("public.ecr.aws");
  }

  @Test
  void keepsTheMirrorsOwnCopyWhereTheHubDoesNotEvenAnswer() {
    scene.mirror.image("2.7", LAYER);
    scene.hub.on("HEAD", "manifests", limited(), limited());

    assertThat(source(scene.replicate("ruby:2.7")).registry()).isEqualTo(CopyScene.MIRROR);
  }

  @Test
  void neverAsksUpstreamForADigestThatTheMirrorHas() {
    var digest = scene.mirror.image("2.7", LAYER);

    assertThat(scene.replicate("ruby@" + digest)).isInstanceOf(Replicated.class);
    assertThat(scene.hub.requests("")).isEmpty();
  }

  @Test
  void tagsWhatTheMirrorHasUnderAnotherTagWithoutMovingABlob() {
    scene.hub.image("2.7", LAYER);
    scene.mirror.image("2", LAYER);

    assertThat(source(scene.replicate("ruby:2.7")).registry()).isEqualTo(CopyScene.MIRROR);
    assertThat(scene.hub.requests("GET")).isEmpty();
    assertThat(scene.mirror.has("manifests/2.7")).isTrue();
  }

  @Test
  void storesAPinnedImageUnderItsDigestAlone() {
    var digest = scene.hub.image("2.7", LAYER);

    assertThat(scene.replicate("ruby:2.7@" + digest)).isInstanceOf(Replicated.class);
    assertThat(scene.mirror.has("manifests/" + digest)).isTrue();
    assertThat(scene.mirror.has("manifests/2.7")).isFalse();
  }

  @Test
  void comesAsAStrangerWhereTheLoginIsRefused() {
    scene.logins.put("docker.io", new Login("someone", "wrong"));
    scene.hub.image("1", LAYER);
    scene.hub.on(
        "HEAD",
        "manifests",
        status(
            401,
            "",
            "WWW-Authenticate",
            "Bearer realm=\"%s/token\",service=\"hub\"".formatted(scene.hub.endpoint())));
    scene.hub.on("GET", "/token", status(401, ""), status(200, "{\"token\":\"stranger\"}"));

    assertThat(scene.replicate("acme/app:1")).isInstanceOf(Replicated.class);
  }

  @Test
  void postponesAndSaysWhyWhereEverybodyIsLimited() {
    scene.hub.on("HEAD", "manifests", limited(), limited());

    assertThat(scene.replicate("acme/app:1"))
        .asInstanceOf(type(Postponed.class))
        .extracting(Postponed::why)
        .asString()
        .contains("docker.io/acme/app:1", "429")
        .doesNotContain("abcdef");
  }

  @Test
  void refusesARegistryThatIsNotAllowedByName() {
    assertThat(scene.replicate("evil.example.com/app:1"))
        .asInstanceOf(type(Refused.class))
        .extracting(Refused::why)
        .asString()
        .contains("evil.example.com", "docker.io, public.ecr.aws");
  }

  @Test
  void refusesSchema1ByName() {
    scene.hub.manifest(
        "1",
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
        "{\"schemaVersion\":1,\"fsLayers\":[]}");

    assertThat(scene.replicate("acme/app:1"))
        .asInstanceOf(type(Refused.class))
        .extracting(Refused::why)
        .asString()
        .contains("schema 1");
  }

  private static FaultyRegistry.Reaction limited() {
    return status(429, LIMITED, "ratelimit-remaining", "0;w=21600");
  }

  private static ImageReference source(Replication replication) {
    assertThat(replication).isInstanceOf(Replicated.class);
    return ((Replicated) replication).source();
  }
}
