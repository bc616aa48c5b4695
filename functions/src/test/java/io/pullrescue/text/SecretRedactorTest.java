package io.pullrescue.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.diagnosis.MessageCorpus;
import io.pullrescue.diagnosis.tools.ParserScaling;
import io.pullrescue.diagnosis.tools.StepCounter;
import io.pullrescue.text.SecretSamples.Sample;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretRedactorTest {
  private static final String CANARY = "canary-7f3Kq9";

  /** References with a tag, digests, ARNs and request ids. */
  private static final Pattern IDENTIFIER =
      Pattern.compile(
          "[a-z0-9.-]+/[a-z0-9._/-]+:[\\w.-]+|sha256:[0-9a-f]{64}|arn:aws[\\w:/.*-]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void hidesSecret(String form, Sample sample) {
    for (var text :
        List.of(
            sample.text(), "toomanyrequests " + sample.text() + " at once", "(" + sample.text())) {
      assertThat(TextSanitizer.sanitize(text, 2000))
          .contains("(hidden)")
          .doesNotContain(sample.secrets());
    }
  }

  static Stream<Arguments> samples() {
    return SecretSamples.all().entrySet().stream()
        .map(sample -> Arguments.of(sample.getKey(), sample.getValue()));
  }

  @Test
  void keepsTextAroundToken() {
    var token = "gh" + "p_" + "c4n4Ry7F3kQ9".repeat(3);

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
        "docker login --username AWS --password-stdin 123456789012.dkr.ecr.eu-west-1.amazonaws.com",
        "ghcr.io/team/app:e87716617021afc0307a7537d74d3927f6cb9526: not found",
        "docker://ruby:2.7@sha256:f959ddcc8f6bff2fb3948b00ba8d674221a0f41c93909bffdf4bcf6f5224fe05",
        "task 6f0d744de6e04ba8b6471869c696d1f8 stopped",
        "(Service: Ecr, Status Code: 400, Request ID: 8c6b2219-1c07-4c9d-bb18-99facd090b01)",
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:docker-hub-AbCdEf",
        "ValueFrom=arn:aws:secretsmanager:eu-west-1:123456789012:secret:docker-hub-AbCdEf",
        "x-amz-id-2: aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5zA7bC9dE1fG3hI5=",
        "write /var/lib/docker/tmp/GetImageBlob887491687: no space left on device",
        "sk-learn-image-for-notebooks-2024:1",
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

  @Test
  void hidesRestOfSecretThatBeginsBeforeExcerpt() {
    var line = "docker login -p x-toomanyrequests-" + CANARY + " failed";

    assertThat(TextSanitizer.sanitizeFrom(line, line.indexOf("toomany")))
        .isEqualTo("(hidden) failed");
  }

  @Test
  void keepsReferencesDigestsAndArnsOfRecordedMessages() {
    for (var text : MessageCorpus.texts()) {
      var sanitized = TextSanitizer.sanitize(text, text.length());
      assertThat(IDENTIFIER.matcher(text).results().map(MatchResult::group))
          .allSatisfy(identifier -> assertThat(sanitized).contains(identifier));
    }
  }

  /** Counts steps: a text eight times as long takes about eight times as many, not 64. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "password",
        " login -p",
        "://:",
        "://a:",
        "?sig=",
        " -u a",
        "aA1+",
        "eyJ",
        "token=",
        "a",
        "0",
        "authorization: ",
        "cookie:",
        "x-api-key",
        "x-",
        "a-key",
        "<password",
        "mysql ",
        "echo a",
        "hooks.slack.com/",
        "-----BEGIN PRIVATE KEY",
        "xoxb-",
        "sk-",
        "a.",
        "SG.",
        "arn:aws:a:",
        "sha256:",
        "key: ",
        "pass:",
        "htpasswd -",
        "bearer a",
        "A3-",
        "_key:",
        "--token ",
        "/",
        "a b|"
      })
  void takesStepsInProportionToLength(String piece) {
    var steps = StepCounter.of(SecretRedactor.class, "redact");

    var growth =
        steps.count(ParserScaling.repeatToSize(piece, 16_000))
            / (double) steps.count(ParserScaling.repeatToSize(piece, 2_000));
    assertThat(growth).isLessThan(12);
  }
}
