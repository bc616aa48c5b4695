package io.pullrescue.replication;

import static io.pullrescue.testing.FaultyRegistry.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.Digest;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.replication.ReplicationResult.Replicated;
import io.pullrescue.testing.FaultyRegistry;
import io.pullrescue.testing.ReplicationFixture;
import io.pullrescue.testing.TestImage;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Registries that try to obtain credentials or connections to other hosts. */
class ImageReplicatorSecurityTest {
  private static final byte[] LAYER = TestImage.randomBytes(100_000, 8);

  private final ReplicationFixture fixture = new ReplicationFixture();

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void rejectsOversizedToken() {
    fixture.dockerHub.pushImage("1", LAYER);
    serveToken("t".repeat(64 * 1024));

    fixture.assertFails("sent a response of more than 65536 bytes");
  }

  @Test
  void sendsNoPasswordToRedirectedRealm() {
    fixture.credentials.put("docker.io", new RegistryCredentials("someone", "secret"));
    fixture.dockerHub.pushImage("1", LAYER);
    var redirect = status(307, "", "Location", fixture.ecrPublic.endpoint() + "/token");
    fixture.dockerHub.enqueue("HEAD", "manifests", unauthorized(), unauthorized());
    fixture.dockerHub.enqueue("GET", "/token", redirect, redirect);

    fixture.assertFails("requesting a token from 127.0.0.1: 307");
    assertThat(fixture.ecrPublic.requests("")).isEmpty();
  }

  @Test
  void sendsNoPasswordToForeignRealm() {
    fixture.credentials.put("docker.io", new RegistryCredentials("someone", "secret"));
    fixture.dockerHub.pushImage("1", LAYER);
    var realm = "Bearer realm=\"https://evil.example.com/token\",service=\"hub\"";
    fixture.dockerHub.enqueue(
        "HEAD",
        "manifests",
        status(401, "", "WWW-Authenticate", realm),
        status(401, "", "WWW-Authenticate", realm));

    fixture.assertFails("evil.example.com", "no credentials were sent");
  }

  @Test
  void dropsAuthorizationOnRedirectToAnotherHost() {
    fixture.dockerHub.pushImage("1", LAYER);
    fixture.ecrPublic.pushBlob(LAYER);
    var authorizations = new CopyOnWriteArrayList<String>();
    var otherHostUrl = fixture.ecrPublic.endpoint() + "/v2/x/blobs/" + Digest.of(LAYER);
    serveToken("token");
    fixture.dockerHub.enqueue(
        "GET", "blobs/" + Digest.of(LAYER), status(307, "", "Location", otherHostUrl));
    fixture.ecrPublic.enqueue(
        "GET",
        "blobs/",
        exchange -> {
          authorizations.add(
              String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          fixture.ecrPublic.forward(exchange);
        });

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Replicated.class);
    assertThat(authorizations).isEqualTo(List.of("null"));
  }

  @ParameterizedTest
  @CsvSource({
    "http://169.254.169.254/latest/meta-data, only HTTPS on port 443",
    "https://169.254.169.254/latest/meta-data, IP addresses are not allowed",
    "https://localhost/2018-06-01/runtime, localhost resolves to an address that is not public",
  })
  void rejectsRedirectToInternalAddress(String address, String reason) {
    fixture.dockerHub.pushImage("1", LAYER);
    fixture.dockerHub.enqueue("GET", "manifests/", status(307, "", "Location", address));

    fixture.assertFails(reason);
  }

  @Test
  void rejectsRedirectLoops() {
    fixture.dockerHub.pushImage("1", LAYER);
    var redirect = status(302, "", "Location", "/v2/acme/app/manifests/1");
    fixture.dockerHub.enqueue(
        "GET", "manifests/", redirect, redirect, redirect, redirect, redirect, redirect);

    fixture.assertFails("more than 5 redirects");
  }

  @Test
  void rejectsUploadLocationOnAnotherHost() {
    fixture.dockerHub.pushImage("1", LAYER);
    fixture.mirror.enqueue(
        "POST",
        "uploads",
        status(202, "", "Location", fixture.ecrPublic.endpoint() + "/v2/x"),
        status(202, "", "Location", fixture.ecrPublic.endpoint() + "/v2/x"));

    fixture.assertFails("to another host");
    assertThat(fixture.ecrPublic.requests("PUT")).isEmpty();
  }

  @Test
  void reusesTokenUntilItIsRejected() {
    fixture.dockerHub.pushImage(
        "1", LAYER, TestImage.randomBytes(10, 1), TestImage.randomBytes(11, 2), new byte[0]);
    serveToken("first");
    fixture.dockerHub.enqueue("GET", "blobs/", status(401, "", "WWW-Authenticate", challenge()));
    fixture.dockerHub.enqueue("GET", "/token", status(200, "{\"token\":\"second\"}"));

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Replicated.class);
    assertThat(fixture.dockerHub.requests("GET /token")).hasSize(2);
  }

  private void serveToken(String token) {
    fixture.dockerHub.enqueue("HEAD", "manifests", unauthorized());
    fixture.dockerHub.enqueue("GET", "/token", status(200, "{\"token\":\"" + token + "\"}"));
  }

  private FaultyRegistry.ResponseHandler unauthorized() {
    return status(401, "", "WWW-Authenticate", challenge());
  }

  private String challenge() {
    return "Bearer realm=\"%s/token\",service=\"hub\"".formatted(fixture.dockerHub.endpoint());
  }
}
