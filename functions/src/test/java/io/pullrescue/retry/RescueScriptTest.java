package io.pullrescue.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Mirror;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the script in a real shell; docker and aws are scripts that write down how they are called.
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
  }

  @Test
  void givesTheCopyTheNameThatTheBuildAsksFor() throws Exception {
    assertThat(run())
        .isEqualTo("pull-rescue: docker.io/library/ruby:2.7 comes from " + COPY + "\n");

    assertThat(calls())
        .containsExactly(
            "docker info",
            "aws ecr get-login-password --region eu-west-1",
            "docker login --username AWS --password-stdin " + MIRROR.registry(),
            "docker pull --quiet " + COPY,
            "docker tag " + COPY + " docker.io/library/ruby:2.7");
  }

  @Test
  void goesOnWithoutTheCopyWhenItCannotBePulled() throws Exception {
    command("docker", "case $1 in pull) exit 1;; esac");

    assertThat(run()).contains("no copy of docker.io/library/ruby:2.7 could be pulled");
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
  void aPinnedReferenceGetsItsTagAndItsPin() throws Exception {
    run(script(ImageReference.of("ruby:2.7").withDigest(DIGEST)));

    assertThat(calls())
        .endsWith(
            "docker tag " + COPY + " docker.io/library/ruby:2.7",
            "docker pull --quiet docker.io/library/ruby@" + DIGEST);
  }

  @Test
  void aReferenceByDigestAloneGetsNoTag() throws Exception {
    run(script(ImageReference.of("ruby@" + DIGEST)));

    assertThat(calls())
        .endsWith(
            "docker pull --quiet " + COPY, "docker pull --quiet docker.io/library/ruby@" + DIGEST);
  }

  private String run() throws IOException, InterruptedException {
    return run(script(ImageReference.of("ruby:2.7")));
  }

  private String run(String script) throws IOException, InterruptedException {
    var shell = new ProcessBuilder("sh", "-euc", script + "\n:");
    shell.environment().put("PATH", folder + ":/usr/bin:/bin");
    shell.redirectErrorStream(true);
    var process = shell.start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("the script never breaks a build").isZero();
    return output;
  }

  private static String script(ImageReference image) {
    var copy = MIRROR.copyOf(image).orElseThrow();
    return new RescueScript(MIRROR, RescueCommands.TAGS).of(List.of(new Copy(image, copy, DIGEST)));
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(folder.resolve("calls")).stream()
        .sorted(RescueScriptTest::byOrder)
        .toList();
  }

  /** The two ends of a pipe start in any order. */
  private static int byOrder(String left, String right) {
    return left.startsWith("aws") && right.startsWith("docker login")
        ? -1
        : left.startsWith("docker login") && right.startsWith("aws") ? 1 : 0;
  }

  private void command(String name, String body) throws IOException {
    var file = folder.resolve(name);
    Files.writeString(
        file, "#!/bin/sh\necho \"" + name + " $*\" >>" + folder.resolve("calls") + "\n" + body);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
