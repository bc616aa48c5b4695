package io.pullrescue.workload.codebuild.log;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codebuild.model.CloudWatchLogsConfig;
import software.amazon.awssdk.services.codebuild.model.LogsConfigStatusType;
import software.amazon.awssdk.services.codebuild.model.LogsLocation;

/** The place where CodeBuild writes the log of a build. */
sealed interface LogLocation {
  Pattern S3_OBJECT_ARN = Pattern.compile("arn:aws[a-z-]*:s3:::([^/]+)/(.+)");

  /** A log stream in Amazon CloudWatch Logs. */
  record CloudWatchLog(String logGroup, String logStream) implements LogLocation {}

  /**
   * An object in Amazon S3, compressed by gzip, which CodeBuild writes when the build has ended.
   */
  record S3Log(String bucket, String key) implements LogLocation {}

  /**
   * Returns the location of a log; empty if the build writes none.
   *
   * <p>CloudWatch Logs comes first, because its events carry a time and can be read by range.
   *
   * @param logs the {@code logs} of a build; null for a build that has none
   */
  static Optional<LogLocation> of(@Nullable LogsLocation logs) {
    if (logs == null) {
      return Optional.empty();
    }
    // A build that failed before PROVISIONING has only a deep link, without group and stream.
    if (!isDisabled(logs.cloudWatchLogs())
        && logs.groupName() != null
        && logs.streamName() != null) {
      return Optional.of(new CloudWatchLog(logs.groupName(), logs.streamName()));
    }
    return logs.s3Logs() != null && logs.s3Logs().status() == LogsConfigStatusType.ENABLED
        ? parseS3Arn(logs.s3LogsArn())
        : Optional.empty();
  }

  private static boolean isDisabled(@Nullable CloudWatchLogsConfig logs) {
    return logs != null && logs.status() == LogsConfigStatusType.DISABLED;
  }

  private static Optional<LogLocation> parseS3Arn(@Nullable String arn) {
    var object = S3_OBJECT_ARN.matcher(Objects.requireNonNullElse(arn, ""));
    return object.matches()
        ? Optional.of(new S3Log(object.group(1), object.group(2)))
        : Optional.empty();
  }
}
