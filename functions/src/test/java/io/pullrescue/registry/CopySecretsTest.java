package io.pullrescue.registry;

import static io.pullrescue.registry.FaultyRegistry.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.Digest;
import io.pullrescue.replication.Deadline;
import io.pullrescue.replication.Login;
import io.pullrescue.replication.Replication.Replicated;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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
            List.of("hub", "HEAD", "manifests"),
            List.of("hub", "GET", "manifests"),
            List.of("hub", "GET", "/token"),
            List.of("hub", "GET", "blobs"),
            List.of("mirror", "POST", "uploads"),
            List.of("mirror", "PUT", "uploads"),
            List.of("mirror", "PUT", "manifests"));
    return requests.stream()
        .flatMap(request ->
            Stream.of(400, 403, 404, 418)
                .map(status ->
                    Arguments.of(request.get(0), request.get(1), request.get(2), status)));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void noRefusalSaysWhatWasSentOrWhereItWasTo(String host, String method, String part, int status) {
    scene.logins.put("docker.io", new Login("someone", PASSWORD));
    scene.logins.put(CopyScene.MIRROR, new Login("AWS", MIRROR_PASSWORD));
    scene.hub.image("1", LAYER);
    scene.amazon.blob(LAYER);
    var registry = host.equals("hub") ? scene.hub : scene.mirror;
    registry.on(method, part, Collections.nCopies(12, status(status, ECHO)));
    challengedOnceThenRedirected();
    if (registry == scene.hub) {
      scene.amazon.on("GET", "blobs/", Collections.nCopies(12, status(403, ECHO)));
    }

    var result = scene.replicate("acme/app:1");

    assertThat(result).isNotInstanceOf(Replicated.class);
    assertThat(result.toString()).contains("acme/app").doesNotContain("canary");
    assertThat(registry.requests(method)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        TOKEN,
        "{\"token\":\"" + TOKEN,
        "{\"token\":\"\u0007" + TOKEN + "\"}",
        "[" + TOKEN
      })
  void noTokenIsQuotedThatCameInAnotherForm(String body) {
    scene.logins.put("docker.io", new Login("someone", PASSWORD));
    scene.hub.image("1", LAYER);
    scene.hub.on("GET", "/token", Collections.nCopies(12, status(200, body)));
    challengedOnceThenRedirected();

    // It is asked for several times, for as long as there is time.
    var soon = Deadline.in(Duration.ofSeconds(2), InstantSource.system());
    var result = scene.replicate("acme/app:1", soon);

    assertThat(result).isNotInstanceOf(Replicated.class);
    assertThat(result.toString()).contains("token").doesNotContain("canary");
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
  }
}
