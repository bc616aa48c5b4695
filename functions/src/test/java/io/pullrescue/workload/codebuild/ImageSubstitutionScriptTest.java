package io.pullrescue.workload.codebuild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pullrescue.config.ImageSubstitution;
import io.pullrescue.config.MirrorNaming;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.codebuild.buildspec.Buildspec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the script in a real shell, with fake docker, aws and python3 commands that record their
 * calls.
 */
final class ImageSubstitutionScriptTest {
  private static final MirrorNaming MIRROR =
      new MirrorNaming(
          "123456789012.dkr.ecr.eu-west-1.amazonaws.com", MirrorNaming.DEFAULT_PREFIXES);
  private static final Digest DIGEST = Digest.of(new byte[0]);
  private static final String MIRROR_REFERENCE =
      MIRROR.registry() + "/docker-hub/library/ruby@" + DIGEST;

  private static final String LOGOUT = "docker logout " + MIRROR.registry();

  @TempDir Path folder;

  @BeforeEach
  void installFakeCommands() throws IOException {
    fakeCommand("docker", "exit 0");
    fakeCommand("aws", "echo password");
    fakeCommand("python3", "cat >\"${0%/*}/input\"");
  }

  @Test
  void startsRegistryMirrorAndPullsNothing() throws Exception {
    assertThat(run())
        .isEqualTo("pull-rescue: docker.io/library/ruby:2.7 comes from " + MIRROR_REFERENCE + "\n");

    assertThat(recordedCalls())
        .filteredOn(call -> call.startsWith("python3"))
        .singleElement()
        .asString()
        .endsWith(
            "/mirror.py "
                + MIRROR.registry()
                + " library/ruby:2.7=docker-hub/library/ruby@"
                + DIGEST);
    assertThat(Files.readString(folder.resolve("input"))).isEqualTo("password");
    assertThat(recordedCalls()).noneMatch(call -> call.startsWith("docker pull"));
  }

  @Test
  void tagsImageWhenRegistryMirrorIsNotPossible() throws Exception {
    fakeCommand("python3", "echo 'pull-rescue: docker takes none'; exit 1");

    assertThat(run())
        .startsWith("pull-rescue: docker takes none\n")
        .endsWith("pull-rescue: docker.io/library/ruby:2.7 comes from " + MIRROR_REFERENCE + "\n");
    assertThat(recordedCalls())
        .endsWith(
            "docker pull --quiet " + MIRROR_REFERENCE,
            "docker tag " + MIRROR_REFERENCE + " docker.io/library/ruby:2.7",
            LOGOUT);
  }

  @Test
  void tagsImageWhenPythonIsMissing() throws Exception {
    fakeCommand("python3", "exit 127");

    run();

    assertThat(recordedCalls())
        .endsWith("docker tag " + MIRROR_REFERENCE + " docker.io/library/ruby:2.7", LOGOUT);
  }

  @Test
  void tagsImageInTagMode() throws Exception {
    run(script(ImageSubstitution.TAG, "ruby:2.7"));

    assertThat(recordedCalls())
        .containsExactlyInAnyOrder(
            "docker info",
            "docker buildx version",
            "docker context inspect --format {{.Endpoints.docker.Host}}",
            "aws ecr get-login-password --region eu-west-1",
            "docker login --username AWS --password-stdin " + MIRROR.registry(),
            "docker pull --quiet " + MIRROR_REFERENCE,
            "docker tag " + MIRROR_REFERENCE + " docker.io/library/ruby:2.7",
            LOGOUT);
  }

  @Test
  void usesRegistryMirrorForDockerHubOnly() throws Exception {
    run(script(ImageSubstitution.MIRROR, "quay.io/team/app:1"));

    var mirrorReference = MIRROR.registry() + "/quay/team/app@" + DIGEST;
    assertThat(recordedCalls())
        .endsWith(
            "docker pull --quiet " + mirrorReference,
            "docker tag " + mirrorReference + " quay.io/team/app:1",
            LOGOUT)
        .noneMatch(call -> call.startsWith("python3"));
  }

  @Test
  void tagsAndPullsPinnedReference() throws Exception {
    run(script(ImageSubstitution.TAG, "ruby:2.7@" + DIGEST));

    assertThat(recordedCalls())
        .endsWith(
            "docker tag " + MIRROR_REFERENCE + " docker.io/library/ruby:2.7",
            "docker pull --quiet docker.io/library/ruby@" + DIGEST,
            LOGOUT);
  }

  @Test
  void doesNotTagReferenceByDigest() throws Exception {
    run(script(ImageSubstitution.TAG, "ruby@" + DIGEST));

    assertThat(recordedCalls())
        .endsWith(
            "docker pull --quiet " + MIRROR_REFERENCE,
            "docker pull --quiet docker.io/library/ruby@" + DIGEST,
            LOGOUT);
  }

  @Test
  void logsInToDockerHubInLoginMode() throws Exception {
    fakeCommand("docker", "case $3 in rescuer) cat >\"${0%/*}/input\";; esac");
    var variables = "export PULL_RESCUE_USERNAME=rescuer PULL_RESCUE_PASSWORD='a b$c'\n";

    assertThat(run(variables + script(ImageSubstitution.LOGIN, "ruby:2.7", "quay.io/team/app:1")))
        .startsWith("pull-rescue: logged in to Docker Hub\n")
        .contains("quay.io/team/app:1 comes from")
        .doesNotContain("ruby");
    assertThat(Files.readString(folder.resolve("input"))).isEqualTo("a b$c");
    assertThat(recordedCalls())
        .contains("docker login --username rescuer --password-stdin")
        .noneMatch(call -> call.contains("library/ruby"));
  }

  @Test
  void reportsRejectedDockerHubCredentials() throws Exception {
    fakeCommand("docker", "case $1 in login) exit 1;; esac");

    assertThat(run(script(ImageSubstitution.LOGIN, "ruby:2.7")))
        .contains("Docker Hub rejected the credentials");
  }

  @Test
  void writesSourcePolicyForAllReferenceForms() throws Exception {
    var policy = sourcePolicyAfter(script("ruby:2.7", "quay.io/team/app:1"));

    var app = MIRROR.registry() + "/quay/team/app@" + DIGEST;
    assertThat(conversions(policy))
        .containsExactly(
            Map.entry("docker-image://docker.io/library/ruby@" + DIGEST, MIRROR_REFERENCE),
            Map.entry("docker-image://docker.io/library/ruby:2.7", MIRROR_REFERENCE),
            Map.entry("docker-image://docker.io/library/ruby:2.7@" + DIGEST, MIRROR_REFERENCE),
            Map.entry("docker-image://quay.io/team/app@" + DIGEST, app),
            Map.entry("docker-image://quay.io/team/app:1", app),
            Map.entry("docker-image://quay.io/team/app:1@" + DIGEST, app));
  }

  @Test
  void keepsSourcePolicyOfBuild() throws Exception {
    var script = "export EXPERIMENTAL_BUILDKIT_SOURCE_POLICY=theirs\n" + script("ruby:2.7");

    assertThat(run(script + "\necho \"$EXPERIMENTAL_BUILDKIT_SOURCE_POLICY\""))
        .endsWith("\ntheirs\n");
  }

  @Test
  void continuesWhenMirrorPullFails() throws Exception {
    fakeCommand("python3", "exit 1");
    fakeCommand("docker", "case $1 in pull) exit 1;; esac");

    assertThat(run(script("ruby:2.7") + "\necho ${EXPERIMENTAL_BUILDKIT_SOURCE_POLICY:-no policy}"))
        .contains("the mirrored image of docker.io/library/ruby:2.7 could not be pulled")
        .endsWith("no policy\n");
  }

  @Test
  void reportsMissingPermissionWhenEcrLoginFails() throws Exception {
    fakeCommand("python3", "exit 1");
    fakeCommand("docker", "case $1 in login) exit 1;; esac");

    assertThat(run()).contains("needs ecr:GetAuthorizationToken");
  }

  @Test
  void logsInOnlyWhereDockerItselfPullsFromMirror() throws Exception {
    run();

    assertThat(recordedCalls()).noneMatch(call -> call.matches("docker log(in|out) .*"));
  }

  @Test
  void staysLoggedInForBuildx() throws Exception {
    fakeCommand("docker", "case $1 in buildx) echo v0.12;; esac");

    run();
    run(script(ImageSubstitution.TAG, "ruby:2.7"));

    assertThat(recordedCalls())
        .filteredOn(call -> call.matches("docker log(in|out) .*"))
        .hasSize(2)
        .allMatch(call -> call.startsWith("docker login"));
  }

  @Test
  void keepsLoginThatBuildHadBefore() throws Exception {
    Files.createDirectory(folder.resolve(".docker"));
    Files.writeString(
        folder.resolve(".docker/config.json"), "{\"auths\": {\"" + MIRROR.registry() + "\": {}}}");

    run(script(ImageSubstitution.TAG, "ruby:2.7"));

    assertThat(recordedCalls()).doesNotContain(LOGOUT);
  }

  @Test
  void eachWayToRenderIsShorter() {
    var lengths = variants("ruby:2.7").map(String::length).toList();

    assertThat(lengths).hasSize(4).isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(lengths.getFirst()).isLessThan(Buildspec.MAX_CHARACTERS * 2 / 3);
    assertThat(lengths.get(1)).isLessThan(Buildspec.MAX_CHARACTERS * 2 / 5);
    assertThat(lengths.getLast()).isLessThan(500);
    assertThat(variants("ruby@" + DIGEST)).as("a digest cannot be tagged").hasSize(3);
  }

  @Test
  void compressedCommandDoesTheSame() throws Exception {
    run(variants("ruby:2.7").toList().get(1));
    var calls = recordedCalls();
    Files.delete(folder.resolve("calls"));

    run();

    assertThat(calls.stream().map(call -> call.replaceAll("/tmp\\.\\w+/", "/")))
        .containsExactlyElementsOf(
            recordedCalls().stream().map(call -> call.replaceAll("/tmp\\.\\w+/", "/")).toList());
  }

  @Test
  void reportsImageThatCannotDecompress() throws Exception {
    fakeCommand("gzip", "exit 127");

    assertThat(run(variants("ruby:2.7").toList().get(1))).contains("has no base64 or gzip");
  }

  @Test
  void shortestCommandTagsImages() throws Exception {
    run(variants("ruby:2.7", "quay.io/team/app:1").toList().getLast());

    assertThat(recordedCalls())
        .contains(
            "docker login -u AWS --password-stdin " + MIRROR.registry(),
            "docker pull -q " + MIRROR_REFERENCE,
            "docker tag " + MIRROR_REFERENCE + " " + ImageReference.of("ruby:2.7"))
        .anyMatch(call -> call.endsWith(" quay.io/team/app:1"));
  }

  @Test
  void substitutesOnceLaterDaemonRuns() throws Exception {
    fakeCommand("docker", "test -e \"${0%/*}/daemon\"");

    assertThat(
            run(
                script("ruby:2.7")
                    + """

                    docker info || echo waiting
                    touch "${TMPDIR}/daemon"
                    docker info
                    echo started
                    docker build .
                    docker build .
                    echo "PATH=$PATH"\
                    """))
        .containsSubsequence(
            "no Docker daemon is running yet", "waiting", "started", "comes from", "PATH=");
    assertThat(recordedCalls())
        .as("only once, and not while the build waits for the daemon")
        .filteredOn(call -> call.matches("python3.*|docker build \\."))
        .satisfiesExactly(
            call -> assertThat(call).startsWith("python3"),
            call -> assertThat(call).isEqualTo("docker build ."),
            call -> assertThat(call).isEqualTo("docker build ."));
  }

  @Test
  void laterDaemonDoesNotReadInputOfCommand() throws Exception {
    fakeCommand("docker", "test -e \"${0%/*}/daemon\" && case $1 in load) cat;; esac");

    assertThat(run(script("ruby:2.7") + "\ntouch \"$TMPDIR/daemon\"; echo archive | docker load"))
        .endsWith("archive\n");
  }

  @Test
  void tagsNothingOnRemoteDaemon() throws Exception {
    fakeCommand(
        "docker",
        "case \"$1 $2\" in 'context inspect') echo tcp://10.0.0.7:2376;; 'buildx version') echo v0.29;; esac");

    assertThat(run(script("ruby:2.7") + "\ncat \"$EXPERIMENTAL_BUILDKIT_SOURCE_POLICY\""))
        .contains("the Docker daemon is on another machine", "comes from", "\"rules\"");
    assertThat(recordedCalls())
        .contains("docker buildx imagetools inspect " + MIRROR_REFERENCE)
        .noneMatch(call -> call.matches("docker (pull|tag) .*|python3.*"));
  }

  @Test
  void doesNothingOnRemoteDaemonWithoutBuildx() throws Exception {
    fakeCommand("docker", "case $1 in context) echo ssh://builder;; esac");

    assertThat(run()).contains("is not substituted; it needs buildx");
    assertThat(recordedCalls()).noneMatch(call -> call.matches("docker (pull|tag) .*|python3.*"));
  }

  /** The token is requested by curl, or by wget of busybox, as in docker:dind. */
  @ParameterizedTest
  @ValueSource(strings = {"sh", "bash", "busybox sh"})
  void requestsTokenWithoutAwsCli(String shell) throws Exception {
    for (var file : List.of("/usr/bin/" + shell.replace(" sh", ""), "/usr/bin/curl")) {
      assumeThat(Path.of(file)).as("only where it is installed").exists();
    }
    fakeCommand("aws", "exit 127");
    fakeCommand("docker", "case $1 in login) cat >\"${0%/*}/input\";; esac");
    if (shell.startsWith("busybox")) {
      linkBusyboxCommands();
    }
    try (var ecr = new FakeEcr()) {
      var variables =
          """
          export AWS_CONTAINER_CREDENTIALS_FULL_URI=%s/credentials AWS_ENDPOINT_URL=%s
          unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
          """
              .formatted(ecr.url(), ecr.url());
      Files.writeString(
          folder.resolve("all"), variables + script(ImageSubstitution.TAG, "ruby:2.7"));

      var output = run(shell + " \"$TMPDIR/all\"");

      assertThat(output).doesNotContain("cannot log in");
      assertThat(ecr.signatures).containsExactly(ecr.expectedSignatures.getFirst());
    }
    assertThat(Files.readString(folder.resolve("input"))).isEqualTo("password of ECR");
  }

  @Test
  void reportsWhatLoginLacks() throws Exception {
    fakeCommand("aws", "exit 127");
    var unset =
        "unset AWS_ACCESS_KEY_ID AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_CONTAINER_CREDENTIALS_FULL_URI\n";

    assertThat(run(unset + script("ruby:2.7"))).contains("has no AWS credentials");

    Files.createSymbolicLink(folder.resolve("sh"), Path.of("/bin/sh"));
    linkBusyboxCommands("sed", "cut", "mktemp", "cat", "tr", "date", "base64", "od", "grep");
    assertThat(run("PATH=$TMPDIR\n" + script("ruby:2.7")))
        .contains("the image has neither the AWS CLI nor sha256sum");
  }

  /** What docker:dind has: no AWS CLI, no curl and no python3. */
  private void linkBusyboxCommands(String... names) throws IOException {
    assumeThat(Path.of("/usr/bin/busybox")).as("only where it is installed").exists();
    var commands =
        names.length == 0
            ? List.of(
                "cut",
                "date",
                "sed",
                "sha256sum",
                "od",
                "tr",
                "base64",
                "wget",
                "mktemp",
                "cat",
                "grep")
            : List.of(names);
    for (var command : commands) {
      Files.createSymbolicLink(folder.resolve(command), Path.of("/usr/bin/busybox"));
    }
    Files.deleteIfExists(folder.resolve("python3"));
  }

  /** Gives credentials as in a container, and checks the signature of the request for a token. */
  private static final class FakeEcr implements AutoCloseable {
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    final List<String> signatures = new CopyOnWriteArrayList<>();
    final List<String> expectedSignatures = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    FakeEcr() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/credentials",
          exchange ->
              respond(
                  exchange,
                  "{\"RoleArn\": \"role\", \"AccessKeyId\": \"ASIAEXAMPLE\", \"SecretAccessKey\": \"%s\",\n\"Token\": \"of/the+session==\"}"
                      .formatted(SECRET)));
      server.createContext("/", this::authorize);
      server.start();
    }

    String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void authorize(HttpExchange exchange) throws IOException {
      var headers = exchange.getRequestHeaders();
      var authorization = headers.getFirst("Authorization");
      var body = exchange.getRequestBody().readAllBytes();
      signatures.add(authorization.replaceFirst(".*Signature=", ""));
      expectedSignatures.add(signature(exchange, authorization, body));
      var token =
          Base64.getEncoder()
              .encodeToString("AWS:password of ECR".getBytes(StandardCharsets.UTF_8));
      respond(
          exchange,
          "{\"authorizationData\":[{\"authorizationToken\":\"%s\",\"expiresAt\":1.7E9}]}"
              .formatted(token));
    }

    private static String signature(HttpExchange exchange, String authorization, byte[] body) {
      var headers = exchange.getRequestHeaders();
      var names = authorization.replaceFirst(".*SignedHeaders=([^,]*),.*", "$1");
      assertThat(names).contains("host", "x-amz-date", "x-amz-security-token", "x-amz-target");
      var canonical = new StringBuilder(exchange.getRequestMethod() + "\n/\n\n");
      for (var name : names.split(";", -1)) {
        canonical.append(name).append(':').append(headers.getFirst(name)).append('\n');
      }
      canonical.append('\n').append(names).append('\n').append(sha256(body));
      var date = headers.getFirst("X-Amz-Date");
      var scope = date.substring(0, 8) + "/eu-west-1/ecr/aws4_request";
      assertThat(authorization).contains("Credential=ASIAEXAMPLE/" + scope);
      var key = ("AWS4" + SECRET).getBytes(StandardCharsets.UTF_8);
      for (var part : scope.split("/", -1)) {
        key = hmac(key, part);
      }
      var text =
          "AWS4-HMAC-SHA256\n%s\n%s\n%s"
              .formatted(
                  date, scope, sha256(canonical.toString().getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(hmac(key, text));
    }

    private static byte[] hmac(byte[] key, String text) {
      try {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
      } catch (GeneralSecurityException impossible) {
        throw new IllegalStateException(impossible);
      }
    }

    private static String sha256(byte[] bytes) {
      return Digest.of(bytes).toString().replace("sha256:", "");
    }

    private static void respond(HttpExchange exchange, String text) throws IOException {
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  @Test
  void doesNothingWithoutDockerCommand() throws Exception {
    Files.delete(folder.resolve("docker"));
    Files.createSymbolicLink(folder.resolve("sh"), Path.of("/bin/sh"));
    linkBusyboxCommands("sed", "cut", "mktemp", "cat", "grep");

    assertThat(run("PATH=$TMPDIR\n" + script("ruby:2.7")))
        .contains("there is no docker command yet");
  }

  @Test
  void doesNothingWithoutTemporaryDirectory() throws Exception {
    fakeCommand("mktemp", "exit 1");

    assertThat(run()).contains("no temporary folder could be created");
    assertThat(recordedCalls()).hasSize(1);
  }

  @Test
  void onlyImageNamesVaryBetweenScripts() {
    var image = "docker.io/library/ruby";
    var repository = MIRROR.registry() + "/docker-hub/library/ruby";

    assertThat(linesOnlyIn(script("ruby:2.7"), script("busybox:1")))
        .containsExactly(
            "if start_mirror 'library/ruby:2.7=docker-hub/library/ruby@%s'; then docker_hub=use_mirror; else docker_hub=$substitute; fi"
                .formatted(DIGEST),
            "\"$docker_hub\" '%s' '2.7' '%s' '%s' ''".formatted(image, DIGEST, repository));
  }

  @Test
  void passesShellcheck() throws Exception {
    assumeThat(Path.of("/usr/bin/shellcheck")).as("only where it is installed").exists();
    var command = script("ruby:2.7", "quay.io/team/app:1@" + DIGEST);
    var inner = command.substring(0, command.indexOf("\nEND_OF_SCRIPT"));
    Files.writeString(folder.resolve("command"), command);
    Files.writeString(folder.resolve("script"), inner.substring(inner.indexOf("registry=")));

    var shellcheck =
        new ProcessBuilder(
                "shellcheck",
                "--shell=sh",
                // Not every setting calls every function.
                "--exclude=SC2317",
                folder.resolve("command").toString(),
                folder.resolve("script").toString())
            .redirectErrorStream(true)
            .start();

    assertThat(new String(shellcheck.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEmpty();
  }

  private static List<String> linesOnlyIn(String script, String other) {
    var lines = new ArrayList<>(script.lines().toList());
    lines.removeAll(other.lines().toList());
    return lines;
  }

  private JsonNode sourcePolicyAfter(String script) throws Exception {
    var output = run(script + "\ncat \"$EXPERIMENTAL_BUILDKIT_SOURCE_POLICY\"");
    return new ObjectMapper().readTree(output.substring(output.indexOf('{')));
  }

  private static List<Map.Entry<String, String>> conversions(JsonNode policy) {
    return StreamSupport.stream(policy.get("rules").spliterator(), false)
        .map(rule -> {
          assertThat(rule.get("action").asText()).isEqualTo("CONVERT");
          assertThat(rule.at("/selector/matchType").asText()).isEqualTo("EXACT");
          return Map.entry(
              rule.at("/selector/identifier").asText(),
              rule.at("/updates/identifier").asText().replace("docker-image://", ""));
        })
        .toList();
  }

  private String run() throws IOException, InterruptedException {
    return run(script("ruby:2.7"));
  }

  private String run(String script) throws IOException, InterruptedException {
    var shell = new ProcessBuilder("sh", "-euc", script + "\n:");
    shell.environment().put("PATH", folder + ":/usr/bin:/bin");
    shell.environment().put("TMPDIR", folder.toString());
    shell.environment().put("HOME", folder.toString());
    shell.redirectErrorStream(true);
    var process = shell.start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("the script never breaks a build").isZero();
    return output;
  }

  private static String script(String... images) {
    return script(ImageSubstitution.MIRROR, images);
  }

  private static String script(ImageSubstitution imageSubstitution, String... images) {
    return variants(imageSubstitution, images).findFirst().orElseThrow();
  }

  private static Stream<String> variants(String... images) {
    return variants(ImageSubstitution.MIRROR, images);
  }

  private static Stream<String> variants(ImageSubstitution imageSubstitution, String... images) {
    return new ImageSubstitutionScript(MIRROR, imageSubstitution)
        .render(
            Arrays.stream(images)
                .map(ImageReference::of)
                .map(ImageSubstitutionScriptTest::mirrored)
                .toList());
  }

  private static MirroredImage mirrored(ImageReference image) {
    return new MirroredImage(image, MIRROR.mirrorReference(image).orElseThrow(), DIGEST);
  }

  private List<String> recordedCalls() throws IOException {
    return Files.readAllLines(folder.resolve("calls"));
  }

  private void fakeCommand(String name, String body) throws IOException {
    var file = folder.resolve(name);
    Files.writeString(
        file, "#!/bin/sh\necho \"" + name + " $*\" >>" + folder.resolve("calls") + "\n" + body);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
