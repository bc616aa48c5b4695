package io.pullrescue.workload.codebuild;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.pullrescue.image.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the registry mirror of a build in front of a fake ECR, without a Docker daemon. */
final class RegistryMirrorTest {
  private static final String CONFIG = digest("config");
  private static final String LAYER = digest("layer");
  private static final String MANIFEST =
      "{\"config\": {\"digest\": \"%s\"}, \"layers\": [{\"digest\": \"%s\"}]}"
          .formatted(CONFIG, LAYER);
  private static final String INDEX =
      "{\"manifests\": [{\"digest\": \"%s\"}]}".formatted(digest(MANIFEST));

  @TempDir Path folder;

  private final Map<String, String> contents = new HashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpServer ecr;
  private Path script;
  private String url;

  @BeforeEach
  void startMirror() throws Exception {
    for (var text : List.of("config", "layer", MANIFEST, INDEX, "of another image")) {
      contents.put(digest(text), text);
    }
    ecr = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ecr.createContext(
        "/",
        exchange -> {
          var path = exchange.getRequestURI().getPath();
          requests.add(exchange.getRequestMethod() + " " + path);
          var content = contents.get(path.substring(path.lastIndexOf('/') + 1));
          var isHead = exchange.getRequestMethod().equals("HEAD");
          exchange.sendResponseHeaders(
              content == null ? 404 : 200, isHead || content == null ? -1 : content.length());
          if (content != null && !isHead) {
            exchange.getResponseBody().write(content.getBytes(StandardCharsets.UTF_8));
          }
          exchange.close();
        });
    ecr.start();
    script = folder.resolve("mirror.py");
    Files.writeString(script, withoutDocker(resource()));
    var process =
        new ProcessBuilder(
                "python3",
                script.toString(),
                "127.0.0.1:" + ecr.getAddress().getPort(),
                "library/ruby:2.7=docker-hub/library/ruby@" + digest(INDEX))
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    url = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(url).startsWith("http://127.0.0.1:");
    requests.clear();
  }

  @AfterEach
  void stop() {
    mirrorProcesses().forEach(ProcessHandle::destroyForcibly);
    ecr.stop(0);
  }

  @Test
  void servesImageByTagAndDigest() throws Exception {
    assertThat(get("library/ruby/manifests/2.7?ns=docker.io")).isEqualTo(INDEX);
    assertThat(get("library/ruby/manifests/" + digest(INDEX))).isEqualTo(INDEX);
    assertThat(get("library/ruby/manifests/" + digest(MANIFEST))).isEqualTo(MANIFEST);
    assertThat(get("library/ruby/blobs/" + CONFIG)).isEqualTo("config");
    assertThat(get("library/ruby/blobs/" + LAYER)).isEqualTo("layer");
    assertThat(requests)
        .as("nothing is read twice")
        .hasSize(5)
        .allMatch(request -> request.startsWith("GET /v2/docker-hub/library/ruby/"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "library/ruby/manifests/OTHER",
        "library/ruby/blobs/OTHER",
        "library/ruby/manifests/latest",
        "library/node/manifests/2.7",
        "library/node/blobs/LAYER",
        "docker-hub/library/ruby/blobs/LAYER",
        "library/ruby/blobs/LAYER/../OTHER",
        "library/ruby/blobs/uploads/",
        "library/ruby/tags/list",
        "library/ruby/referrers/OTHER",
        "_catalog"
      })
  void servesNothingElse(String path) throws Exception {
    get("library/ruby/manifests/2.7");
    requests.clear();
    var digests = path.replace("OTHER", digest("of another image")).replace("LAYER", LAYER);

    assertThat(status("GET", digests)).isEqualTo(404);
    assertThat(status("HEAD", digests)).isEqualTo(404);
    assertThat(requests)
        .doesNotContain("GET /v2/docker-hub/library/ruby/blobs/" + digest("of another image"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
  void changesNothing(String method) throws Exception {
    assertThat(status(method, "library/ruby/blobs/" + LAYER)).isEqualTo(501);
    assertThat(requests).isEmpty();
  }

  @Test
  void servesLayerWhoseManifestItHasNotForwarded() throws Exception {
    assertThat(get("library/ruby/blobs/" + LAYER)).isEqualTo("layer");
  }

  @Test
  void keepsPortWhenOneOfItsProcessesIsKilled() throws Exception {
    var supervisor =
        mirrorProcesses().filter(process -> process.children().findAny().isPresent()).findAny();
    var worker = supervisor.orElseThrow().children().findAny().orElseThrow();

    worker.destroyForcibly();
    worker.onExit().get();
    assertThat(get("library/ruby/blobs/" + LAYER)).isEqualTo("layer");
    assertThat(isPortFree()).isFalse();

    supervisor.get().destroyForcibly();
    supervisor.get().onExit().get();
    assertThat(get("library/ruby/manifests/2.7")).isEqualTo(INDEX);
    assertThat(isPortFree()).isFalse();
  }

  /** The output of dockerd may be a socket, which cannot be opened by its path in /proc. */
  @Test
  void acceptsDaemonWhoseLogIsSocket() throws Exception {
    var classes = resource();
    Files.writeString(
        folder.resolve("daemon.py"),
        classes.substring(0, classes.indexOf("\nfor _, mirrored in IMAGES:"))
            + """

            log = socket.socketpair()
            process = subprocess.Popen(["sleep", "60"], stderr=log[1])
            print(Daemon(process.pid, ["dockerd"]).log == subprocess.DEVNULL)
            process.kill()
            """);
    var python =
        new ProcessBuilder("python3", folder.resolve("daemon.py").toString(), "registry")
            .redirectErrorStream(true)
            .start();
    python.getOutputStream().close();

    assertThat(new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("True\n");
  }

  private boolean isPortFree() {
    try (var _ = new ServerSocket(URI.create(url).getPort(), 1, InetAddress.getLoopbackAddress())) {
      return true;
    } catch (IOException used) {
      return false;
    }
  }

  private Stream<ProcessHandle> mirrorProcesses() {
    return ProcessHandle.allProcesses()
        .filter(process ->
            process.info().arguments().stream()
                .flatMap(Stream::of)
                .anyMatch(script.toString()::equals));
  }

  private String get(String path) throws Exception {
    var response = client.send(request("GET", path), BodyHandlers.ofString());
    assertThat(response.statusCode()).as(path).isEqualTo(200);
    return response.body();
  }

  private int status(String method, String path) throws Exception {
    return client.send(request(method, path), BodyHandlers.discarding()).statusCode();
  }

  private HttpRequest request(String method, String path) {
    return HttpRequest.newBuilder(URI.create(url + "/v2/" + path))
        .method(method, HttpRequest.BodyPublishers.noBody())
        .build();
  }

  /** Prints the address instead of configuring a Docker daemon, and talks to ECR without TLS. */
  private static String withoutDocker(String text) {
    assertThat(text).contains(" = configure(", "HTTPSConnection");
    return text.replace(" = configure(", " = print(").replace("HTTPSConnection", "HTTPConnection");
  }

  private static String resource() throws IOException {
    try (var stream = ImageSubstitutionScript.class.getResourceAsStream("registry_mirror.py")) {
      return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String digest(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
