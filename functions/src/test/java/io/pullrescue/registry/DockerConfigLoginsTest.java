package io.pullrescue.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pullrescue.replication.Login;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerConfigLoginsTest {
  @TempDir private Path folder;

  private DockerConfigLogins logins;

  @BeforeEach
  void readTheFolder() {
    logins = new DockerConfigLogins(folder);
  }

  @Test
  void findsWhatDockerLoginHasStored() throws IOException {
    write("{\"auths\": {\"ghcr.io\": {\"auth\": \"YWRhOnBhc3N3b3Jk\"}}}");

    assertThat(logins.at("ghcr.io")).contains(new Login("ada", "password"));
    assertThat(logins.at("quay.io")).isEmpty();
  }

  @Test
  void findsDockerHubUnderTheNameThatDockerGivesIt() throws IOException {
    write("{\"auths\": {\"https://index.docker.io/v1/\": {\"auth\": \"YWRhOnBhc3N3b3Jk\"}}}");

    assertThat(logins.at("docker.io")).contains(new Login("ada", "password"));
  }

  @Test
  void hasNoneWhereNobodyHasLoggedIn() {
    assertThat(logins.at("docker.io")).isEmpty();
  }

  @Test
  void hasNoneWhereTheHelperIsNotInstalled() throws IOException {
    write("{\"credHelpers\": {\"ghcr.io\": \"is-not-installed-here\"}}");

    assertThat(logins.at("ghcr.io")).isEmpty();
  }

  @Test
  void saysWhatToDoWhereTheFileCannotBeRead() throws IOException {
    write("{\"auths\": ");

    assertThatThrownBy(() -> logins.at("ghcr.io"))
        .hasMessage("reading docker's config.json for ghcr.io failed; run docker login again");
  }

  private void write(String config) throws IOException {
    Files.writeString(folder.resolve("config.json"), config);
  }
}
