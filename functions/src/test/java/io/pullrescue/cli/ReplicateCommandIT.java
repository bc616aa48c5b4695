package io.pullrescue.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryImage;
import io.pullrescue.testing.DockerRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the command between two real registries. */
class ReplicateCommandIT {
  @RegisterExtension static final DockerRegistry UPSTREAM = DockerRegistry.start();
  @RegisterExtension static final DockerRegistry MIRROR = DockerRegistry.start();

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();

  @BeforeAll
  static void pushImages() throws Exception {
    for (var name : List.of("one", "two", "three")) {
      var target = RegistryImage.named(UPSTREAM.hostAndPort() + "/app/" + name + ":1");
      Jib.fromScratch()
          .addLayer(List.of(Path.of("pom.xml")), "/app")
          .containerize(Containerizer.to(target).setAllowInsecureRegistries(true));
    }
  }

  @Test
  void printsCopyStatsAsJson() throws IOException {
    assertThat(run("one", "--json")).isZero();
    var first = json();
    assertThat(run("one", "--json")).isZero();
    var second = json();

    assertThat(first.path("outcome").asText()).isEqualTo("replicated");
    assertThat(first.path("digest").asText()).isEqualTo(second.path("digest").asText());
    assertThat(first.path("blobsCopied").asInt()).isEqualTo(2);
    assertThat(first.path("bytesCopied").asLong()).isGreaterThan(1000);
    // The registry reports no rate limit.
    assertThat(first.path("countedRequests").isInt()).isTrue();
    assertThat(second.path("blobsCopied").asInt()).isZero();
    assertThat(second.path("countedRequests").asInt()).isZero();
    assertThat(second.path("requests").asInt()).isLessThan(first.path("requests").asInt());
  }

  @Test
  void dryRunWritesNothing() throws Exception {
    assertThat(run("two", "--json", "--dry-run")).isZero();

    assertThat(json().path("dryRun").asBoolean()).isTrue();
    assertThat(json().path("blobsCopied").asInt()).isEqualTo(2);
    assertThat(json().path("countedRequests").asInt()).isZero();
    assertThat(tagListStatus("two")).isEqualTo(404);
  }

  @Test
  void printsOnlyMirrorReferenceWithoutJson() {
    assertThat(run("three")).isZero();

    assertThat(output.toString(UTF_8))
        .matches(MIRROR.hostAndPort() + "/[^/]+/app/three:1@sha256:[0-9a-f]{64}\n");
  }

  @Test
  void failsWhenImageDoesNotExist() throws IOException {
    assertThat(run("none", "--json")).isEqualTo(1);
    assertThat(json().path("why").asText()).contains("app/none:1", "no such image");
  }

  @ParameterizedTest
  @CsvSource({
    "Ruby:2.7,       127.0.0.1,         all, not an image reference",
    "ruby:2.7,       http://10.0.0.1/x, all, only for registries on this machine",
    "ruby:2.7,       127.0.0.1,         foo, --platform must be all or a platform",
  })
  void rejectsInvalidArgumentsInOneSentence(
      String image, String mirror, String platform, String message) {
    var errors = new StringWriter();
    var command = Main.commandLine(InputStream.nullInputStream()).setErr(new PrintWriter(errors));

    assertThat(command.execute("replicate", "--platform", platform, image, mirror)).isEqualTo(2);
    assertThat(errors.toString()).contains(message).hasLineCount(1);
  }

  private int run(String name, String... options) {
    output.reset();
    var command = Main.commandLine(InputStream.nullInputStream());
    command.setOut(new PrintWriter(output, true, UTF_8));
    var arguments = new ArrayList<>(List.of("replicate"));
    arguments.addAll(List.of(options));
    arguments.add(UPSTREAM.endpoint() + "/app/" + name + ":1");
    arguments.add(MIRROR.endpoint().toString());
    return command.execute(arguments.toArray(String[]::new));
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(output.toByteArray());
  }

  private static int tagListStatus(String name) throws IOException, InterruptedException {
    var repository = UPSTREAM.hostAndPort().replace(':', '-') + "/app/" + name;
    var address = URI.create(MIRROR.endpoint() + "/v2/" + repository + "/tags/list");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding())
        .statusCode();
  }
}
