package io.pullrescue.replication;

import static io.pullrescue.testing.FaultyRegistry.respond;
import static io.pullrescue.testing.FaultyRegistry.status;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.sun.net.httpserver.HttpExchange;
import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.replication.ReplicationResult.Deferred;
import io.pullrescue.replication.ReplicationResult.Failed;
import io.pullrescue.replication.ReplicationResult.Replicated;
import io.pullrescue.testing.FaultyRegistry.ResponseHandler;
import io.pullrescue.testing.ReplicationFixture;
import io.pullrescue.testing.TestImage;
import java.io.IOException;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the configured credentials may read: an author of a log line chooses the image. */
class ImageReplicatorPrivateImagesTest {
  private static final RegistryCredentials OPERATOR = new RegistryCredentials("operator", "secret");
  private static final String OPERATOR_TOKEN = "operator";

  private final ReplicationFixture fixture = new ReplicationFixture();
  private final List<String> operatorRequests = new CopyOnWriteArrayList<>();

  /** What Docker Hub answers to requests for manifests and blobs without credentials. */
  private ResponseHandler answerToStrangers = status(401, "", "WWW-Authenticate", challenge());

  private String strangerToken = "opaque";

  @BeforeEach
  void push() {
    fixture.credentials.put("docker.io", OPERATOR);
    fixture.dockerHub.pushImage("1", TestImage.randomBytes(1000, 5));
    for (var method : List.of("HEAD", "GET")) {
      fixture.dockerHub.enqueue(method, "/v2/", Collections.nCopies(50, this::answer));
    }
    fixture.dockerHub.enqueue("GET", "/token", Collections.nCopies(10, this::issueToken));
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void leavesPrivateImageThatIsNotNamed() {
    fixture.assertFails(
        "it does not exist or is private", "name docker.io/acme/app in `privateImages`");
    assertThat(operatorRequests).isEmpty();
    assertThat(fixture.mirror.exists("manifests/1")).isFalse();
  }

  @Test
  void leavesPrivateImageThatIsNamedByDigest() {
    var digest = fixture.dockerHub.pushImage("2", TestImage.randomBytes(1000, 6));

    assertThat(fixture.replicate("acme/app@" + digest))
        .asInstanceOf(type(ReplicationResult.Failed.class))
        .extracting(ReplicationResult.Failed::reason)
        .asString()
        .contains("`privateImages`");
    assertThat(operatorRequests).isEmpty();
  }

  @Test
  void leavesImageThatIsHiddenFromStrangers() {
    answerToStrangers = status(404, "");

    fixture.assertFails("it does not exist or is private");
    assertThat(operatorRequests).isEmpty();
  }

  @Test
  void copiesPrivateImageThatIsNamed() {
    fixture.privateImages.add("docker.io/acme/*");

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Replicated.class);
    assertThat(fixture.mirror.exists("manifests/1")).isTrue();
  }

  @Test
  void copiesPrivateImageWithPullSecretOnlyIfItIsNamed() {
    fixture.credentials.clear();

    assertThat(replicateWithPullSecret()).isInstanceOf(Failed.class);

    fixture.privateImages.add("docker.io/acme/app");
    assertThat(replicateWithPullSecret()).isInstanceOf(Replicated.class);
  }

  private ReplicationResult replicateWithPullSecret() {
    return fixture
        .replicator()
        .replicate(
            ImageReference.of("acme/app:1"),
            CopyOptions.DEFAULTS.withSourceCredentials(OPERATOR),
            ReplicationFixture.deadlineWithoutRetries(),
            CopyProgressListener.NONE);
  }

  @Test
  void pullsPublicImageWithCredentials() {
    answerToStrangers = fixture.dockerHub::forward;

    assertThat(fixture.replicate("acme/app:1")).isInstanceOf(Replicated.class);
    assertThat(operatorRequests).anyMatch(request -> request.startsWith("GET /v2/acme/app/mani"));
    assertThat(fixture.dockerHub.requests("GET /v2/").stream().distinct().toList())
        .allMatch(operatorRequests::contains);
  }

  @Test
  void asksNothingAboutOfficialImage() {
    assertThat(fixture.replicate("ruby:1")).isInstanceOf(Replicated.class);
    assertThat(fixture.dockerHub.requests("GET /token")).hasSize(1);
  }

  @Test
  void defersWhenPublicityIsUnknown() {
    answerToStrangers = rateLimited();

    assertThat(replicateWithoutRetries())
        .asInstanceOf(type(Deferred.class))
        .extracting(Deferred::reason)
        .asString()
        .contains("to find out whether the image is public", "429");
    assertThat(operatorRequests).isEmpty();
  }

  @Test
  void defersWhenTokenGrantsNoPull() {
    answerToStrangers = rateLimited();
    strangerToken = token("[]");

    assertThat(replicateWithoutRetries()).isInstanceOf(Deferred.class);
    assertThat(operatorRequests).isEmpty();
  }

  @Test
  void defersWhenTokenGrantsAnotherRepository() {
    answerToStrangers = rateLimited();
    strangerToken = token("[{\"type\":\"repository\",\"name\":\"acme\",\"actions\":[\"pull\"]}]");

    assertThat(replicateWithoutRetries()).isInstanceOf(Deferred.class);
    assertThat(operatorRequests).isEmpty();
  }

  @Test
  void believesTokenWhenStrangersAreRateLimited() {
    answerToStrangers = rateLimited();
    strangerToken =
        token("[{\"type\":\"repository\",\"name\":\"acme/app\",\"actions\":[\"pull\"]}]");

    assertThat(replicateWithoutRetries()).isInstanceOf(Replicated.class);
  }

  private ReplicationResult replicateWithoutRetries() {
    return fixture.replicate("acme/app:1", ReplicationFixture.deadlineWithoutRetries());
  }

  /** Only a caller with a token that was issued to the operator can read everything. */
  private void answer(HttpExchange exchange) throws IOException {
    var authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    if (authorization.equals("Bearer " + OPERATOR_TOKEN)) {
      operatorRequests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
      fixture.dockerHub.forward(exchange);
    } else if (authorization.startsWith("Bearer ")) {
      answerToStrangers.handle(exchange);
    } else {
      status(401, "", "WWW-Authenticate", challenge()).handle(exchange);
    }
  }

  private void issueToken(HttpExchange exchange) throws IOException {
    var isOperator = exchange.getRequestHeaders().containsKey("Authorization");
    respond(
        exchange, 200, "{\"token\":\"%s\"}".formatted(isOperator ? OPERATOR_TOKEN : strangerToken));
  }

  private String challenge() {
    return "Bearer realm=\"%s/token\",service=\"hub\"".formatted(fixture.dockerHub.endpoint());
  }

  private static ResponseHandler rateLimited() {
    return status(429, "{\"errors\":[{\"code\":\"TOOMANYREQUESTS\"}]}");
  }

  /** The form of Docker Hub's tokens, which are signed. */
  private static String token(String access) {
    var payload = "{\"access\":%s,\"sub\":\"\"}".formatted(access).getBytes(UTF_8);
    return "e30." + Base64.getUrlEncoder().withoutPadding().encodeToString(payload) + ".c2ln";
  }
}
