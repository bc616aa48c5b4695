package io.pullrescue.registry;

import static io.pullrescue.registry.FaultyRegistry.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.Digest;
import io.pullrescue.replication.Login;
import io.pullrescue.replication.Replication.Replicated;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Registries that want more than they should have: passwords, tokens, connections elsewhere. */
class CopyAttacksTest {
  private static final byte[] LAYER = TestImage.noise(100_000, 8);

  private final CopyScene scene = new CopyScene();

  @AfterEach
  void close() throws IOException {
    scene.close();
  }

  @Test
  void refusesATokenTooLargeToBeOne() {
    scene.hub.image("1", LAYER);
    withToken("t".repeat(64 * 1024));

    scene.refuses("sent more than the 65536 bytes that are read");
  }

  @Test
  void takesNoPasswordWhereTheRealmSendsUsOn() {
    scene.logins.put("docker.io", new Login("someone", "secret"));
    scene.hub.image("1", LAYER);
    var elsewhere = status(307, "", "Location", scene.amazon.endpoint() + "/token");
    scene.hub.on("HEAD", "manifests", unknown(), unknown());
    scene.hub.on("GET", "/token", elsewhere, elsewhere);

    scene.refuses("for a token: 307");
    assertThat(scene.amazon.requests("")).isEmpty();
  }

  @Test
  void takesNoPasswordToSomebodyElsesRealm() {
    scene.logins.put("docker.io", new Login("someone", "secret"));
    scene.hub.image("1", LAYER);
    var realm = "Bearer realm=\"https://evil.example.com/token\",service=\"hub\"";
    scene.hub.on(
        "HEAD",
        "manifests",
        status(401, "", "WWW-Authenticate", realm),
        status(401, "", "WWW-Authenticate", realm));

    scene.refuses("evil.example.com", "nothing was sent there");
  }

  @Test
  void leavesAuthorizationBehindWhereARedirectLeadsToAnotherHost() {
    scene.hub.image("1", LAYER);
    scene.amazon.blob(LAYER);
    var seen = new CopyOnWriteArrayList<String>();
    var elsewhere = scene.amazon.endpoint() + "/v2/x/blobs/" + Digest.of(LAYER);
    withToken("token");
    scene.hub.on("GET", "blobs/" + Digest.of(LAYER), status(307, "", "Location", elsewhere));
    scene.amazon.on(
        "GET",
        "blobs/",
        exchange -> {
          seen.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          scene.amazon.answer(exchange);
        });

    assertThat(scene.replicate("acme/app:1")).isInstanceOf(Replicated.class);
    assertThat(seen).isEqualTo(List.of("null"));
  }

  @ParameterizedTest
  @CsvSource({
    "http://169.254.169.254/latest/meta-data, only HTTPS on port 443",
    "https://169.254.169.254/latest/meta-data, hosts must be named",
    "https://localhost/2018-06-01/runtime, localhost resolves to an address that is not public",
  })
  void doesNotFollowARedirectToThisMachine(String address, String why) {
    scene.hub.image("1", LAYER);
    scene.hub.on("GET", "manifests/", status(307, "", "Location", address));

    scene.refuses(why);
  }

  @Test
  void givesUpOnRedirectsInCircles() {
    scene.hub.image("1", LAYER);
    var round = status(302, "", "Location", "/v2/acme/app/manifests/1");
    scene.hub.on("GET", "manifests/", round, round, round, round, round, round);

    scene.refuses("more than 5 redirects");
  }

  @Test
  void uploadsToTheMirrorAlone() {
    scene.hub.image("1", LAYER);
    scene.mirror.on(
        "POST",
        "uploads",
        status(202, "", "Location", scene.amazon.endpoint() + "/v2/x"),
        status(202, "", "Location", scene.amazon.endpoint() + "/v2/x"));

    scene.refuses("to another host");
    assertThat(scene.amazon.requests("PUT")).isEmpty();
  }

  @Test
  void fetchesATokenOnceForAllBlobsAndAgainWhenItIsRefused() {
    scene.hub.image("1", LAYER, TestImage.noise(10, 1), TestImage.noise(11, 2), new byte[0]);
    withToken("first");
    scene.hub.on("GET", "blobs/", status(401, "", "WWW-Authenticate", challenge()));
    scene.hub.on("GET", "/token", status(200, "{\"token\":\"second\"}"));

    assertThat(scene.replicate("acme/app:1")).isInstanceOf(Replicated.class);
    assertThat(scene.hub.requests("GET /token")).hasSize(2);
  }

  private void withToken(String token) {
    scene.hub.on("HEAD", "manifests", unknown());
    scene.hub.on("GET", "/token", status(200, "{\"token\":\"" + token + "\"}"));
  }

  private FaultyRegistry.Reaction unknown() {
    return status(401, "", "WWW-Authenticate", challenge());
  }

  private String challenge() {
    return "Bearer realm=\"%s/token\",service=\"hub\"".formatted(scene.hub.endpoint());
  }
}
