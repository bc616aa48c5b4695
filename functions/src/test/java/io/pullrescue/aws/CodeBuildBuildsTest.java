package io.pullrescue.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.failure.Build;
import io.pullrescue.failure.Build.LogLocation.InCloudWatch;
import io.pullrescue.failure.Build.LogLocation.InS3;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;

final class CodeBuildBuildsTest {
  private static final String ID = "shop:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60";
  private static final String IN_S3 =
      "\"s3LogsArn\": \"arn:aws:s3:::build-logs/shop/b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60.gz\","
          + " \"s3Logs\": {\"status\": \"ENABLED\", \"location\": \"build-logs/shop\"}";

  @RegisterExtension private final RecordedAnswers aws = new RecordedAnswers();

  private final CodeBuildBuilds builds = new CodeBuildBuilds(aws.client(CodeBuildClient.builder()));

  @Test
  void namesTheRoleOfTheBuild() {
    assertThat(find("").serviceRole())
        .isEqualTo("arn:aws:iam::123456789012:role/service-role/shop-builds");
  }

  @Test
  void prefersTheLogWhoseLinesHaveATime() {
    var both =
        "\"groupName\": \"/aws/codebuild/shop\", \"streamName\": \"b0c7d1f4\","
            + " \"cloudWatchLogs\": {\"status\": \"ENABLED\"}, "
            + IN_S3;

    assertThat(find(both).log()).isEqualTo(new InCloudWatch("/aws/codebuild/shop", "b0c7d1f4"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"deepLink\": \"https://console.aws.amazon.com/#logEvent:group=null;stream=null\", ",
        "\"cloudWatchLogs\": {\"status\": \"DISABLED\"}, ",
        "\"cloudWatchLogs\": {\"status\": \"DISABLED\"}, \"groupName\": \"g\", \"streamName\": \"s\", "
      })
  void readsInS3WhereCloudWatchLogsIsOff(String off) {
    assertThat(find(off + IN_S3).log())
        .isEqualTo(new InS3("build-logs", "shop/b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60.gz"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\"cloudWatchLogs\": {\"status\": \"DISABLED\"}, \"s3Logs\": {\"status\": \"DISABLED\"}",
        "\"s3Logs\": {\"status\": \"ENABLED\"}",
        "\"s3LogsArn\": \"arn:aws:s3:::build-logs\", \"s3Logs\": {\"status\": \"ENABLED\"}"
      })
  void aBuildMayKeepNoLog(String logs) {
    assertThat(find(logs).log()).isNull();
  }

  private Build find(String logs) {
    aws.to(
        "BatchGetBuilds",
        """
        {"builds": [{"id": "%s", "projectName": "shop", "buildStatus": "FAILED",
          "environment": {"image": "ruby:2.7", "type": "LINUX_CONTAINER",
            "computeType": "BUILD_GENERAL1_SMALL"},
          "source": {"type": "NO_SOURCE"},
          "serviceRole": "arn:aws:iam::123456789012:role/service-role/shop-builds",
          "logs": {%s}}]}
        """
            .formatted(ID, logs));
    return builds.find(ID).orElseThrow();
  }
}
