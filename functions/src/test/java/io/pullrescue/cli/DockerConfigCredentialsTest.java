package io.pullrescue.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pullrescue.registry.auth.RegistryCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerConfigCredentialsTest {
  @TempDir private Path folder;

  private DockerConfigCredentials credentials;

  @BeforeEach
  void createCredentials() {
    credentials = new DockerConfigCredentials(folder);
  }

  @Test
  void findsStoredCredentials() throws IOException {
    writeConfig("{\"auths\": {\"ghcr.io\": {\"auth\": \"YWRhOnBhc3N3b3Jk\"}}}");

    assertThat(credentials.resolveCredentials("ghcr.io"))
        .contains(new RegistryCredentials("ada", "password"));
    assertThat(credentials.resolveCredentials("quay.io")).isEmpty();
  }

  @Test
  void findsDockerHubUnderItsStoredName() throws IOException {
    writeConfig("{\"auths\": {\"https://index.docker.io/v1/\": {\"auth\": \"YWRhOnBhc3N3b3Jk\"}}}");

    assertThat(credentials.resolveCredentials("docker.io"))
        .contains(new RegistryCredentials("ada", "password"));
  }

  @Test
  void returnsEmptyWithoutConfigFile() {
    assertThat(credentials.resolveCredentials("docker.io")).isEmpty();
  }

  @Test
  void returnsEmptyWhenCredentialHelperIsMissing() throws IOException {
    writeConfig("{\"credHelpers\": {\"ghcr.io\": \"is-not-installed-here\"}}");

    assertThat(credentials.resolveCredentials("ghcr.io")).isEmpty();
  }

  @Test
  void reportsUnreadableConfigFile() throws IOException {
    writeConfig("{\"auths\": ");

    assertThatThrownBy(() -> credentials.resolveCredentials("ghcr.io"))
        .hasMessage("reading docker's config.json for ghcr.io failed; run docker login again");
  }

  private void writeConfig(String config) throws IOException {
    Files.writeString(folder.resolve("config.json"), config);
  }
}
