package io.pullrescue.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RestoreProjectCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MIRRORED =
      "123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/ruby@sha256:"
          + "0".repeat(64);

  /** With members that no version of the SDK knows. */
  private static final String PROJECT =
      """
      {"name": "shop", "arn": "arn:aws:codebuild:us-east-1:123456789012:project/shop",
       "source": {"type": "CODEPIPELINE", "future": true,
         "buildspec": "version: 0.2\\nphases:\\n  build:\\n    commands:\\n      - \\": pull-rescue\\\\ndocker login\\"\\n      - make\\n"},
       "environment": {"type": "LINUX_CONTAINER", "hostKernel": "6.1", "image": "%s",
         "imagePullCredentialsType": "CODEBUILD", "environmentVariables": [
           {"name": "STAGE", "value": "test", "type": "PLAINTEXT", "future": 1},
           {"name": "PULL_RESCUE_ATTEMPT", "value": "1", "type": "PLAINTEXT"},
           {"name": "PULL_RESCUE_ORIGINAL_IMAGE", "value": "SERVICE_ROLE ruby:2.7"},
           {"name": "PULL_RESCUE_UPDATED_IMAGE", "value": "%s"},
           {"name": "PULL_RESCUE_ORIGINAL_BUILDSPEC", "value": "inline"}]}}
      """;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void restoresProjectAndKeepsUnknownMembers() throws IOException {
    assertThat(run(PROJECT.formatted(MIRRORED, MIRRORED))).isZero();

    assertThat(output())
        .isEqualTo(
            JSON.readTree(
                """
                {"name": "shop",
                 "environment": {"type": "LINUX_CONTAINER", "hostKernel": "6.1", "image": "ruby:2.7",
                   "imagePullCredentialsType": "SERVICE_ROLE", "environmentVariables": [
                     {"name": "STAGE", "value": "test", "type": "PLAINTEXT", "future": 1}]},
                 "source": {"type": "CODEPIPELINE", "future": true,
                   "buildspec": "version: 0.2\\nphases:\\n  build:\\n    commands:\\n      - make\\n"}}
                """));
  }

  @Test
  void keepsImageThatSomebodyHasSet() throws IOException {
    assertThat(run(PROJECT.formatted("ruby:3.3", MIRRORED))).isZero();

    assertThat(output().path("environment").path("image").asText()).isEqualTo("ruby:3.3");
    assertThat(err.toString()).contains("shop: somebody has changed its image");
  }

  @Test
  void printsNothingForProjectWithoutChange() {
    assertThat(
            run(
                """
                {"name": "shop", "source": {"type": "S3"}, "environment": {"image": "ruby:2.7"}}
                """))
        .isZero();
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "{", "{\"name\": \"shop\"}"})
  void rejectsOtherInput(String input) {
    assertThat(run(input)).isEqualTo(65);
    assertThat(err.toString()).startsWith("the input is not a CodeBuild project");
  }

  private JsonNode output() throws IOException {
    return JSON.readTree(out.toString());
  }

  private int run(String input) {
    return Main.commandLine(new ByteArrayInputStream(input.getBytes(UTF_8)))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute("restore-project");
  }
}
