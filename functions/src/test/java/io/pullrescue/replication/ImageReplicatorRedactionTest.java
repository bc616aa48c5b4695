package io.pullrescue.replication;

import static io.pullrescue.testing.FaultyRegistry.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.Digest;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.replication.ReplicationResult.Replicated;
import io.pullrescue.testing.ReplicationFixture;
import io.pullrescue.testing.TestImage;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Registries that reject a request and quote secrets in the response. */
class ImageReplicatorRedactionTest {
  private static final byte[] LAYER = TestImage.randomBytes(100_000, 8);
  private static final String PASSWORD = "canary-password-7f3Kq9";
  private static final String MIRROR_PASSWORD = "canary-mirror-7f3Kq9";
  private static final String TOKEN = "canary-token-7f3Kq9";
  private static final String SIGNATURE = "canary-signature-7f3Kq9";
  private static final String ECHOING_ERROR =
      "{\"errors\":[{\"code\":\"CODE\",\"message\":\"refused https://someone:%s@hub/x?X-Amz-Signature=%s Authorization: Bearer %s\"}]}"
          .formatted(PASSWORD, SIGNATURE, TOKEN);

  private final ReplicationFixture fixture = new ReplicationFixture();

  @AfterEach
  void close() throws IOException {
    fixture.close();
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
  void redactsSecretsFromRegistryErrors(String host, String method, String pathPart, int status) {
    fixture.credentials.put("docker.io", new RegistryCredentials("someone", PASSWORD));
    fixture.credentials.put(
        ReplicationFixture.MIRROR, new RegistryCredentials("AWS", MIRROR_PASSWORD));
    fixture.dockerHub.pushImage("1", LAYER);
    fixture.ecrPublic.pushBlob(LAYER);
    var registry = host.equals("hub") ? fixture.dockerHub : fixture.mirror;
    registry.enqueue(method, pathPart, Collections.nCopies(12, status(status, ECHOING_ERROR)));
    challengeOnceThenRedirect();
    if (registry == fixture.dockerHub) {
      fixture.ecrPublic.enqueue(
          "GET", "blobs/", Collections.nCopies(12, status(403, ECHOING_ERROR)));
    }

    var result = fixture.replicate("acme/app:1");

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
  void redactsTokensFromMalformedResponses(String body) {
    fixture.credentials.put("docker.io", new RegistryCredentials("someone", PASSWORD));
    fixture.dockerHub.pushImage("1", LAYER);
    fixture.dockerHub.enqueue("GET", "/token", Collections.nCopies(12, status(200, body)));
    challengeOnceThenRedirect();

    var result = fixture.replicate("acme/app:1", ReplicationFixture.deadlineWithoutRetries());

    assertThat(result).isNotInstanceOf(Replicated.class);
    assertThat(result.toString()).contains("token").doesNotContain("canary");
  }

  private void challengeOnceThenRedirect() {
    var realm = fixture.dockerHub.endpoint() + "/token";
    fixture.dockerHub.enqueue(
        "HEAD",
        "manifests",
        status(401, "", "WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"hub\""));
    fixture.dockerHub.enqueue("GET", "/token", status(200, "{\"token\":\"" + TOKEN + "\"}"));
    var signed =
        "%s/v2/x/blobs/%s?X-Amz-Signature=%s"
            .formatted(fixture.ecrPublic.endpoint(), Digest.of(LAYER), SIGNATURE);
    fixture.dockerHub.enqueue(
        "GET", "blobs/" + Digest.of(LAYER), status(307, "", "Location", signed));
  }
}
