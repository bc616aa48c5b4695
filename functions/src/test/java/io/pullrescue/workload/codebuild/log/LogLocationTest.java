package io.pullrescue.workload.codebuild.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.testing.RecordedResponses;
import io.pullrescue.workload.codebuild.log.LogLocation.CloudWatchLog;
import io.pullrescue.workload.codebuild.log.LogLocation.S3Log;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;

final class LogLocationTest {
  private static final String ID = "shop:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60";
  private static final String S3_LOGS =
      "\"s3LogsArn\": \"arn:aws:s3:::build-logs/shop/b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60.gz\","
          + " \"s3Logs\": {\"status\": \"ENABLED\", \"location\": \"build-logs/shop\"}";

  @RegisterExtension private final RecordedResponses aws = new RecordedResponses();

  private final CodeBuildClient codeBuild = aws.client(CodeBuildClient.builder());

  @Test
  void prefersCloudWatchLogsToS3() {
    var both =
        "\"groupName\": \"/aws/codebuild/shop\", \"streamName\": \"b0c7d1f4\","
            + " \"cloudWatchLogs\": {\"status\": \"ENABLED\"}, "
            + S3_LOGS;

    assertThat(location(both)).contains(new CloudWatchLog("/aws/codebuild/shop", "b0c7d1f4"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"deepLink\": \"https://console.aws.amazon.com/#logEvent:group=null;stream=null\", ",
        "\"cloudWatchLogs\": {\"status\": \"DISABLED\"}, ",
        "\"cloudWatchLogs\": {\"status\": \"DISABLED\"}, \"groupName\": \"g\", \"streamName\": \"s\", "
      })
  void usesS3LogsWhenCloudWatchLogsIsDisabled(String off) {
    assertThat(location(off + S3_LOGS))
        .contains(new S3Log("build-logs", "shop/b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60.gz"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\"cloudWatchLogs\": {\"status\": \"DISABLED\"}, \"s3Logs\": {\"status\": \"DISABLED\"}",
        "\"s3Logs\": {\"status\": \"ENABLED\"}",
        "\"s3LogsArn\": \"arn:aws:s3:::build-logs\", \"s3Logs\": {\"status\": \"ENABLED\"}"
      })
  void isEmptyWhenBuildHasNoLog(String logs) {
    assertThat(location(logs)).isEmpty();
  }

  private Optional<LogLocation> location(String logs) {
    aws.respondTo(
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
    var build = codeBuild.batchGetBuilds(request -> request.ids(ID)).builds().getFirst();
    return LogLocation.of(build.logs());
  }
}
