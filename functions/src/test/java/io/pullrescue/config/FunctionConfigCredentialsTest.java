package io.pullrescue.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What operators may write about logins and sizes. */
class FunctionConfigCredentialsTest {
  @Test
  void acceptsSecretsAndParameterPairsTogether() {
    var config =
        config("PULL_RESCUE_CREDENTIALS", "docker.io=ssm:/hub/user,/hub/password, quay.io=quay");

    assertThat(config.credentials())
        .containsExactly(
            Map.entry("docker.io", "ssm:/hub/user,/hub/password"), Map.entry("quay.io", "quay"));
  }

  @Test
  void rejectsCredentialsWithoutSecretOrParameters() {
    assertThatThrownBy(() -> config("PULL_RESCUE_CREDENTIALS", "docker.io").credentials())
        .hasMessageContaining("PULL_RESCUE_CREDENTIALS is 'docker.io'")
        .hasMessageContaining("ssm:/user,/password");
  }

  @Test
  void readsMaxImageSizeInGibibytes() {
    var name = "PULL_RESCUE_MAXIMUM_IMAGE_GIGABYTES";

    assertThat(config(name, "5").maxImageBytes()).isEqualTo(5L * 1024 * 1024 * 1024);
    assertThatThrownBy(() -> config(name, "0").maxImageBytes())
        .hasMessageContaining(name + " is '0'");
  }

  private static FunctionConfig config(String name, String value) {
    return new FunctionConfig(Map.of(name, value));
  }
}
