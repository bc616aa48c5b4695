package io.pullrescue.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsFileTest {
  @TempDir private Path folder;

  @Test
  void everyKindOfSettingIsReadFromTheFile() throws IOException {
    Configuration configuration =
        read(
            """
            # for the build account
            mode: replicate
            upstreams: [docker.io, ghcr.io]
            credentials:
              docker.io: docker-hub
              ghcr.io: ssm:/ghcr/user,/ghcr/password
            maximumAttempts: 2
            probeBuilds: off
            buildLogGroups:
              - /aws/codebuild/*
              - /teams/*
            """,
            Map.of());

    assertThat(configuration.mode()).isEqualTo(Mode.REPLICATE);
    assertThat(configuration.copying().upstreams())
        .containsExactly(Upstream.DOCKER_HUB, Upstream.GITHUB);
    assertThat(configuration.copying().credentialsSetting())
        .isEqualTo("docker.io=docker-hub,ghcr.io=ssm:/ghcr/user,/ghcr/password");
    assertThat(configuration.retrying().maximumAttempts()).isEqualTo(2);
    assertThat(configuration.buildAccess().probeBuilds()).isFalse();
    assertThat(configuration.buildAccess().logGroups())
        .containsExactly("/aws/codebuild/*", "/teams/*");
  }

  @Test
  void anEmptyFileSettlesNothing() throws IOException {
    assertThat(read("# nothing yet\n", Map.of()).mode()).isEqualTo(Mode.RESCUE);
  }

  @Test
  void theCommandLineGoesBeforeTheFile() throws IOException {
    Configuration configuration =
        read("mode: replicate\nmaximumAttempts: 2\n", Map.of("mode", "observe"));

    assertThat(configuration.mode()).isEqualTo(Mode.OBSERVE);
    assertThat(configuration.retrying().maximumAttempts()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mode: watch                           | , line 2: setting mode: 'watch' is none of observe, replicate, rescue
          modus: rescue                         | , line 2: setting modus: there is no such setting; there are [
          mode: [observe]                       | , line 2: setting mode: one value is expected, and there are several
          'mode: observe\\nmode: rescue'        | , line 3: setting mode: it is there twice
          'credentials:\\n  docker.io: [a, b]'  | , line 3: one value is expected here, and there are several
          'credentials:\\n  docker.io: a\\n  docker.io: b' | , line 4: docker.io is there twice
          upstreams: [docker.io, nowhere]       | , line 2: setting upstreams: 'nowhere' is no known upstream; there are [
          'mode: rescue\\nvpcSubnets: [subnet-1]' | , line 3: setting vpcSubnets: 'subnet-1' is no id of a subnet, such as subnet-0a
          'vpcSubnets:\\n  - subnet-1a2b3c4d'    | , line 2: setting vpcSubnets: vpcSecurityGroups is needed as well
          - mode                                | , line 2: settings are written as 'name: value', one a line
          'mode: "observe'                      | this is no YAML: found unexpected end of stream
          """)
  void aMistakeStopsTheDeploymentWithItsLineAndWhatIsRight(String text, String says) {
    assertThatThrownBy(() -> read("# settings\n" + text.replace("\\n", "\n"), Map.of()))
        .isInstanceOf(SettingRefused.class)
        .message()
        .startsWith(file().toString())
        .contains(says);
  }

  @Test
  void aMistakeOnTheCommandLineIsNotLookedForInTheFile() {
    assertThatThrownBy(() -> read("mode: replicate\n", Map.of("mode", "watch")))
        .hasMessageStartingWith("command line: setting mode: 'watch' is none of");
  }

  @Test
  void aFileThatIsNotThereStopsTheDeployment() {
    assertThatThrownBy(() -> Settings.in(Map.of("config", "/nowhere/settings.yaml")))
        .hasMessage("/nowhere/settings.yaml: there is no such file that can be read");
  }

  @Test
  void whatTheCdkKeepsInTheContextIsNoSetting() throws IOException {
    assertThat(read("mode: observe\n", Map.of("aws:cdk:bundling-stacks", List.of("**"))).mode())
        .isEqualTo(Mode.OBSERVE);
  }

  private Configuration read(String text, Map<String, Object> commandLine) throws IOException {
    Files.writeString(file(), text);
    Map<String, Object> context = new HashMap<>(commandLine);
    context.put("config", file().toString());
    context.put("functionsJar", file().toString());
    return Configuration.from(Settings.in(context));
  }

  private Path file() {
    return folder.resolve("pull-rescue.yaml");
  }
}
