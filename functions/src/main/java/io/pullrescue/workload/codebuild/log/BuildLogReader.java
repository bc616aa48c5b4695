package io.pullrescue.workload.codebuild.log;

import io.pullrescue.workload.codebuild.AllowedBuckets;
import io.pullrescue.workload.codebuild.Build.LogLocation;
import java.util.function.Supplier;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.s3.S3Client;

/** The logs of builds, where CodeBuild keeps them. */
public final class BuildLogReader implements BuildLogReaderPort {
  private final CloudWatchLogReader cloudWatchLogReader;
  private final S3LogReader s3LogReader;

  /** Asks these clients, in S3 for objects of these buckets only. */
  public BuildLogReader(
      CloudWatchLogsClient logs, AllowedBuckets allowedBuckets, Supplier<S3Client> s3) {
    cloudWatchLogReader = new CloudWatchLogReader(logs);
    s3LogReader = new S3LogReader(allowedBuckets, s3);
  }

  @Override
  public LogResult readTail(LogLocation location, TimeRange timeRange) {
    return switch (location) {
      case LogLocation.CloudWatchLog cloudWatchLog ->
          cloudWatchLogReader.tail(cloudWatchLog, timeRange);
      case LogLocation.S3Log s3Log -> s3LogReader.tail(s3Log);
    };
  }
}
