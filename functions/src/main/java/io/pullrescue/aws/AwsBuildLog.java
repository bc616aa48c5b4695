package io.pullrescue.aws;

import io.pullrescue.failure.Build.LogLocation;
import io.pullrescue.failure.BuildLog;
import io.pullrescue.failure.LogText;
import io.pullrescue.failure.TimeSpan;
import java.util.function.Supplier;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.s3.S3Client;

/** The logs of builds, where CodeBuild keeps them. */
public final class AwsBuildLog implements BuildLog {
  private final CloudWatchBuildLog inCloudWatch;
  private final S3BuildLog inS3;

  /** Asks these clients, in S3 for objects of these buckets only. */
  public AwsBuildLog(CloudWatchLogsClient logs, AllowedBuckets buckets, Supplier<S3Client> s3) {
    inCloudWatch = new CloudWatchBuildLog(logs);
    inS3 = new S3BuildLog(buckets, s3);
  }

  @Override
  public LogText tail(LogLocation location, TimeSpan span) {
    return switch (location) {
      case LogLocation.InCloudWatch it -> inCloudWatch.tail(it, span);
      case LogLocation.InS3 it -> inS3.tail(it);
    };
  }
}
