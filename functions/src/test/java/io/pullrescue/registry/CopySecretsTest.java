package io.pullrescue.registry;

import static io.pullrescue.registry.FaultyRegistry.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.Digest;
import io.pullrescue.replication.Login;
import io.pullrescue.replication.Replication.Replicated;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Registries that refuse, and repeat in their answer what they were sent. */
class CopySecretsTest {
  private static final byte[] LAYER = TestImage.noise(100_000, 8);
  private static final String PASSWORD = "canary-password-7f3Kq9";
  private static final String MIRROR_PASSWORD = "canary-mirror-7f3Kq9";
  private static final String TOKEN = "canary-token-7f3Kq9";
  private static final String SIGNATURE = "canary-signature-7f3Kq9";
  private static final String ECHO =
      "{\"errors\":[{\"code\":\"CODE\",\"message\":\"refused https://someone:%s@hub/x?X-Amz-Signature=%s Authorization: Bearer %s\"}]}"
          .formatted(PASSWORD, SIGNATURE, TOKEN);

  private final CopyScene scene = new CopyScene();

  @AfterEach
  void close() throws IOException {
    scene.close();
  }

  static Stream<Arguments> refusals() {
    var requests =
        List.of(
            "hub HEAD manifests",
            "hub GET manifests",
            "hub GET /token",
            "hub GET blobs",
            "mirror POST uploads",
            "mirror PUT uploads",
            "mirror PUT manifests");
    return requests.stream()
        .flatMap(request -> Stream.of(400, 403, 404, 418).map(it -> Arguments.of(request, it)));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void noRefusalSaysWhatWasSentOrWhereItWasTo(String request, int status) {
    scene.logins.put("docker.io", new Login("someone", PASSWORD));
    scene.logins.put(CopyScene.MIRROR, new Login("AWS", MIRROR_PASSWORD));
    scene.hub.image("1", LAYER);
    scene.amazon.blob(LAYER);
    var words = request.split(" ");
    var registry = words[0].equals("hub") ? scene.hub : scene.mirror;
    registry.on(words[1], words[2], Collections.nCopies(12, status(status, ECHO)));
    challengedOnceThenRedirected();

    var result = scene.replicate("acme/app:1");

    assertThat(result).isNotInstanceOf(Replicated.class);
    assertThat(result.toString()).contains(String.valueOf(status)).doesNotContain("canary");
  }

  private void challengedOnceThenRedirected() {
    var realm = scene.hub.endpoint() + "/token";
    scene.hub.on(
        "HEAD",
        "manifests",
        status(401, "", "WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"hub\""));
    scene.hub.on("GET", "/token", status(200, "{\"token\":\"" + TOKEN + "\"}"));
    var signed =
        "%s/v2/x/blobs/%s?X-Amz-Signature=%s"
            .formatted(scene.amazon.endpoint(), Digest.of(LAYER), SIGNATURE);
    scene.hub.on("GET", "blobs/" + Digest.of(LAYER), status(307, "", "Location", signed));
    scene.amazon.on("GET", "blobs/", Collections.nCopies(12, status(403, ECHO)));
  }
}
