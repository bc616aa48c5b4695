package io.pullrescue.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretRedactorTest {
  private static final String CANARY = "canary-7f3Kq9";
  private static final String LONG_SECRET = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYcanary7f3Kq9";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Get \"https://ci:%s@registry.example.com/v2/\": denied",
        "https://cdn.example.com/blob?Expires=1&Signature=%s&Key-Pair-Id=%s",
        "GET https://b.s3.amazonaws.com/l?X-Amz-Credential=%s&X-Amz-Signature=%s 403",
        "https://production.cloudflare.docker.com/x?verify=%s: toomanyrequests",
        "https://x.blob.core.windows.net/l?sv=2024&sig=%s",
        "DOCKER_PASSWORD=%s docker pull ruby:2.7: toomanyrequests",
        "docker build --build-arg NPM_TOKEN=%s .",
        "export AWS_SECRET_ACCESS_KEY='%s'",
        "{\"username\": \"me\", \"password\": \"%s\"} toomanyrequests",
        "{\"identitytoken\":\"%s\"}",
        "password: %s toomanyrequests",
        "docker login --username me --password %s ghcr.io",
        "docker login -u me -p %s && docker pull ruby",
        "curl -u me:%s https://example.com",
        "Authorization: Bearer %s.%s",
        "authorization: basic %s%s",
      })
  void redactsLabeledSecrets(String text) {
    var sanitized = TextSanitizer.sanitize(text.replace("%s", CANARY));

    assertThat(sanitized).doesNotContain(CANARY).contains("(hidden)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AKIAIOSFODNN7EXAMPLE",
        "dckr_pat_canary7f3Kq9",
        "ghp_canary7f3Kq9canary7f3Kq9canary7f3Kq9",
        "glpat-canary7f3Kq9abcdef",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl",
        LONG_SECRET,
      })
  void redactsKnownTokenFormats(String token) {
    assertThat(TextSanitizer.sanitize("toomanyrequests for " + token + " at once"))
        .isEqualTo("toomanyrequests for (hidden) at once");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "toomanyrequests: You have reached your unauthenticated pull rate limit.",
        "failed to fetch anonymous token: unexpected status: 429 Too Many Requests",
        "failed to authorize: failed to fetch oauth token: denied",
        "Get \"https://auth.docker.io/token?scope=repository%3Alibrary%2Fruby%3Apull&service=x\"",
        "unable to pull secrets or registry auth: the task cannot pull",
        "arn:aws:sts::123456789012:assumed-role/AmazonECSTaskExecutionRole/0123456789abcdef",
        "pull-rescue-DiagnoseRoleE86A0E5C-RIN9F3O35JCW",
        "docker run -p 8080:80 ruby:2.7",
        "https://localhost:5000/a@sha256:0123",
        "ruby@sha256:f959ddcc8f6bff2fb3948b00ba8d674221a0f41c93909bffdf4bcf6f5224fe05",
        "Www-Authenticate: Bearer realm=\"https://auth.docker.io/token\"",
        "no basic auth credentials",
      })
  void keepsErrorMessages(String text) {
    assertThat(TextSanitizer.sanitize(text)).isEqualTo(text);
  }

  @Test
  void redactsSecretAtTruncationBoundary() {
    var sanitized =
        TextSanitizer.sanitize("a".repeat(180) + " https://ci:" + CANARY + "@example.com/");

    assertThat(sanitized).doesNotContain("canary");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"password", " login -p", "://:", "?sig=", " -u a", "aA1+", "eyJ", "token="})
  void redactsAdversarialTextInBoundedTime(String piece) {
    Assertions.assertThatCode(() -> TextSanitizer.sanitize(piece.repeat(200_000), 100_000))
        .doesNotThrowAnyException();
    assertThat(time(piece)).isLessThan(Duration.ofSeconds(5));
  }

  private static Duration time(String piece) {
    var start = System.nanoTime();
    TextSanitizer.sanitize(piece.repeat(200_000), 100_000);
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
