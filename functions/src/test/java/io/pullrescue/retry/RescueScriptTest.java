package io.pullrescue.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Mirror;
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
 * Runs the script in a real shell; docker, aws and python3 are scripts that write down how they are
 * called.
 */
final class RescueScriptTest {
  private static final Mirror MIRROR =
      new Mirror("123456789012.dkr.ecr.eu-west-1.amazonaws.com", Mirror.CUSTOMARY_PREFIXES);
  private static final Digest DIGEST = Digest.of(new byte[0]);
  private static final String COPY = MIRROR.registry() + "/docker-hub/library/ruby@" + DIGEST;

  @TempDir Path folder;

  @BeforeEach
  void commands() throws IOException {
    command("docker", "exit 0");
    command("aws", "echo password");
    command("python3", "cat >\"${0%/*}/input\"");
  }

  @Test
  void putsAMirrorInFrontOfDockerAndPullsNothing() throws Exception {
    assertThat(run())
        .isEqualTo("pull-rescue: docker.io/library/ruby:2.7 comes from " + COPY + "\n");

    assertThat(calls())
        .filteredOn(call -> call.startsWith("python3"))
        .singleElement()
        .asString()
        .endsWith(
            "/mirror.py "
                + MIRROR.registry()
                + " library/ruby:2.7=docker-hub/library/ruby@"
                + DIGEST);
    assertThat(Files.readString(folder.resolve("input"))).isEqualTo("password");
    assertThat(calls()).noneMatch(call -> call.startsWith("docker pull"));
  }

  @Test
  void givesTheCopyItsTagWhereNoMirrorCanBe() throws Exception {
    command("python3", "echo 'pull-rescue: docker takes none'; exit 1");

    assertThat(run())
        .startsWith("pull-rescue: docker takes none\n")
        .endsWith("pull-rescue: docker.io/library/ruby:2.7 comes from " + COPY + "\n");
    assertThat(calls())
        .endsWith(
            "docker pull --quiet " + COPY, "docker tag " + COPY + " docker.io/library/ruby:2.7");
  }

  @Test
  void aMachineWithoutPythonGetsTheTagToo() throws Exception {
    command("python3", "exit 127");

    run();

    assertThat(calls()).endsWith("docker tag " + COPY + " docker.io/library/ruby:2.7");
  }

  @Test
  void theOperatorMayWantTagsAlone() throws Exception {
    run(script(RescueCommands.TAGS, "ruby:2.7"));

    assertThat(calls())
        .containsExactlyInAnyOrder(
            "docker info",
            "aws ecr get-login-password --region eu-west-1",
            "docker login --username AWS --password-stdin " + MIRROR.registry(),
            "docker pull --quiet " + COPY,
            "docker tag " + COPY + " docker.io/library/ruby:2.7");
  }

  @Test
  void dockerAsksMirrorsForImagesOfDockerHubOnly() throws Exception {
    run(script(RescueCommands.MIRROR, "quay.io/team/app:1"));

    var copy = MIRROR.registry() + "/quay/team/app@" + DIGEST;
    assertThat(calls())
        .endsWith("docker pull --quiet " + copy, "docker tag " + copy + " quay.io/team/app:1")
        .noneMatch(call -> call.startsWith("python3"));
  }

  @Test
  void aPinnedReferenceGetsItsTagAndItsPin() throws Exception {
    run(script(RescueCommands.TAGS, "ruby:2.7@" + DIGEST));

    assertThat(calls())
        .endsWith(
            "docker tag " + COPY + " docker.io/library/ruby:2.7",
            "docker pull --quiet docker.io/library/ruby@" + DIGEST);
  }

  @Test
  void aReferenceByDigestAloneGetsNoTag() throws Exception {
    run(script(RescueCommands.TAGS, "ruby@" + DIGEST));

    assertThat(calls())
        .endsWith(
            "docker pull --quiet " + COPY, "docker pull --quiet docker.io/library/ruby@" + DIGEST);
  }

  @Test
  void logsInToDockerHubWhereTheOperatorPrefersThat() throws Exception {
    command("docker", "case $3 in rescuer) cat >\"${0%/*}/input\";; esac");
    var variables = "export PULL_RESCUE_USERNAME=rescuer PULL_RESCUE_PASSWORD='a b$c'\n";

    assertThat(run(variables + script(RescueCommands.LOGIN, "ruby:2.7", "quay.io/team/app:1")))
        .startsWith("pull-rescue: logged in to Docker Hub\n")
        .contains("quay.io/team/app:1 comes from")
        .doesNotContain("ruby");
    assertThat(Files.readString(folder.resolve("input"))).isEqualTo("a b$c");
    assertThat(calls())
        .contains("docker login --username rescuer --password-stdin")
        .noneMatch(call -> call.contains("library/ruby"));
  }

  @Test
  void saysWhenDockerHubDoesNotTakeTheLogin() throws Exception {
    command("docker", "case $1 in login) exit 1;; esac");

    assertThat(run(script(RescueCommands.LOGIN, "ruby:2.7")))
        .contains("does not take the login of the secret");
  }

  @Test
  void laterCommandsFindASourcePolicyForEveryFormOfTheNames() throws Exception {
    var policy = policyAfter(script("ruby:2.7", "quay.io/team/app:1"));

    var app = MIRROR.registry() + "/quay/team/app@" + DIGEST;
    assertThat(conversions(policy))
        .containsExactly(
            Map.entry("docker-image://docker.io/library/ruby@" + DIGEST, COPY),
            Map.entry("docker-image://docker.io/library/ruby:2.7", COPY),
            Map.entry("docker-image://docker.io/library/ruby:2.7@" + DIGEST, COPY),
            Map.entry("docker-image://quay.io/team/app@" + DIGEST, app),
            Map.entry("docker-image://quay.io/team/app:1", app),
            Map.entry("docker-image://quay.io/team/app:1@" + DIGEST, app));
  }

  @Test
  void aSourcePolicyOfTheBuildsOwnStays() throws Exception {
    var script = "export EXPERIMENTAL_BUILDKIT_SOURCE_POLICY=theirs\n" + script("ruby:2.7");

    assertThat(run(script + "\necho \"$EXPERIMENTAL_BUILDKIT_SOURCE_POLICY\""))
        .endsWith("\ntheirs\n");
  }

  @Test
  void goesOnWithoutTheCopyWhenItCannotBePulled() throws Exception {
    command("python3", "exit 1");
    command("docker", "case $1 in pull) exit 1;; esac");

    assertThat(run(script("ruby:2.7") + "\necho ${EXPERIMENTAL_BUILDKIT_SOURCE_POLICY:-no policy}"))
        .contains("no copy of docker.io/library/ruby:2.7 could be pulled")
        .endsWith("no policy\n");
  }

  @Test
  void saysWhichRightIsMissingWhenTheLoginFails() throws Exception {
    command("docker", "case $1 in login) exit 1;; esac");

    assertThat(run()).contains("needs ecr:GetAuthorizationToken");
  }

  @Test
  void leavesABuildWithoutADaemonAlone() throws Exception {
    command("docker", "exit 1");

    assertThat(run()).contains("no docker daemon answers");
    assertThat(calls()).containsExactly("docker info");
  }

  @Test
  void aMachineWithoutAFolderForTemporaryFilesIsLeftAlone() throws Exception {
    command("mktemp", "exit 1");

    assertThat(run()).isEmpty();
    assertThat(calls()).hasSize(1);
  }

  @Test
  void ofAllItsTextOnlyTheNamesDependOnTheFailure() {
    var image = "docker.io/library/ruby";
    var place = MIRROR.registry() + "/docker-hub/library/ruby";

    assertThat(without(script("ruby:2.7"), script("busybox:1")))
        .containsExactly(
            "if mirror 'library/ruby:2.7=docker-hub/library/ruby@%s'; then hub=served; else hub=pulled; fi"
                .formatted(DIGEST),
            "\"$hub\" '%s' '2.7' '%s' '%s' ''".formatted(image, DIGEST, place));
  }

  @Test
  void shellcheckHasNothingToSay() throws Exception {
    assumeThat(Path.of("/usr/bin/shellcheck")).as("only where it is installed").exists();
    Files.writeString(folder.resolve("script"), script("ruby:2.7", "quay.io/team/app:1@" + DIGEST));

    var shellcheck =
        new ProcessBuilder(
                "shellcheck",
                "--shell=sh",
                // A function that another setting calls.
                "--exclude=SC2317",
                folder.resolve("script").toString())
            .redirectErrorStream(true)
            .start();

    assertThat(new String(shellcheck.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEmpty();
  }

  private static List<String> without(String script, String other) {
    var lines = new ArrayList<>(script.lines().toList());
    lines.removeAll(other.lines().toList());
    return lines;
  }

  private JsonNode policyAfter(String script) throws Exception {
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
    shell.redirectErrorStream(true);
    var process = shell.start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("the script never breaks a build").isZero();
    return output;
  }

  private static String script(String... images) {
    return script(RescueCommands.MIRROR, images);
  }

  private static String script(RescueCommands commands, String... images) {
    return new RescueScript(MIRROR, commands)
        .of(Arrays.stream(images).map(ImageReference::of).map(RescueScriptTest::copy).toList());
  }

  private static Copy copy(ImageReference image) {
    return new Copy(image, MIRROR.copyOf(image).orElseThrow(), DIGEST);
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(folder.resolve("calls"));
  }

  private void command(String name, String body) throws IOException {
    var file = folder.resolve(name);
    Files.writeString(
        file, "#!/bin/sh\necho \"" + name + " $*\" >>" + folder.resolve("calls") + "\n" + body);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
