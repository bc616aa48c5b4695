package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What operators may write about logins and sizes. */
class CredentialSettingsTest {
  @Test
  void takesSecretsAndPairsOfParametersSideBySide() {
    var settings =
        settings("PULL_RESCUE_CREDENTIALS", "docker.io=ssm:/hub/user,/hub/password, quay.io=quay");

    assertThat(settings.credentials())
        .containsExactly(
            Map.entry("docker.io", "ssm:/hub/user,/hub/password"), Map.entry("quay.io", "quay"));
  }

  @Test
  void namesTheVariableAndBothFormsWhereNeitherWasMeant() {
    assertThatThrownBy(() -> settings("PULL_RESCUE_CREDENTIALS", "docker.io").credentials())
        .hasMessageContaining("PULL_RESCUE_CREDENTIALS is 'docker.io'")
        .hasMessageContaining("ssm:/user,/password");
  }

  @Test
  void takesTheLargestImageInGigabytes() {
    var name = "PULL_RESCUE_MAXIMUM_IMAGE_GIGABYTES";

    assertThat(settings(name, "5").maximumImageBytes()).isEqualTo(5L * 1024 * 1024 * 1024);
    assertThatThrownBy(() -> settings(name, "0").maximumImageBytes())
        .hasMessageContaining(name + " is '0'");
  }

  private static Settings settings(String name, String value) {
    return new Settings(Map.of(name, value));
  }
}
