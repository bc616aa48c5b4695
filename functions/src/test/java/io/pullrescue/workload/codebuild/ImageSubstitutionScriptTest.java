package io.pullrescue.workload.codebuild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.config.ImageSubstitution;
import io.pullrescue.config.MirrorNaming;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.workload.codebuild.buildspec.Buildspec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
  void leavesHalfOfBuildspecToBuild() {
    assertThat(script("ruby:2.7")).hasSizeLessThan(Buildspec.MAX_CHARACTERS / 2);
    assertThat(script(ImageSubstitution.TAG, "ruby:2.7")).hasSizeLessThan(4000);
  }

  @Test
  void doesNothingWithoutDockerDaemon() throws Exception {
    fakeCommand("docker", "exit 1");

    assertThat(run()).contains("no Docker daemon is running yet");
    assertThat(recordedCalls()).containsExactly("docker info");
  }

  @Test
  void doesNothingWithoutTemporaryDirectory() throws Exception {
    fakeCommand("mktemp", "exit 1");

    assertThat(run()).isEmpty();
    assertThat(recordedCalls()).hasSize(1);
  }

  @Test
  void onlyImageNamesVaryBetweenScripts() {
    var image = "docker.io/library/ruby";
    var repository = MIRROR.registry() + "/docker-hub/library/ruby";

    assertThat(linesOnlyIn(script("ruby:2.7"), script("busybox:1")))
        .containsExactly(
            "if start_mirror 'library/ruby:2.7=docker-hub/library/ruby@%s'; then docker_hub=use_mirror; else docker_hub=pull_and_tag; fi"
                .formatted(DIGEST),
            "\"$docker_hub\" '%s' '2.7' '%s' '%s' ''".formatted(image, DIGEST, repository));
  }

  @Test
  void passesShellcheck() throws Exception {
    assumeThat(Path.of("/usr/bin/shellcheck")).as("only where it is installed").exists();
    Files.writeString(folder.resolve("script"), script("ruby:2.7", "quay.io/team/app:1@" + DIGEST));

    var shellcheck =
        new ProcessBuilder(
                "shellcheck",
                "--shell=sh",
                // Not every setting calls every function.
                "--exclude=SC2317",
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
