package io.pullrescue.workload.codebuild.log;

import io.pullrescue.text.WildcardMatcher;
import java.util.function.Supplier;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.s3.S3Client;

/** Reads the logs of builds from Amazon CloudWatch Logs and Amazon S3. */
public final class BuildLogReader {
  private final CloudWatchLogReader cloudWatchLogReader;
  private final S3LogReader s3LogReader;

  /**
   * Creates a reader; each client is created when the first log of its kind is read.
   *
   * @param allowedBuckets the names of the S3 buckets that may be read, the setting {@code
   *     buildLogBuckets}
   */
  public BuildLogReader(
      Supplier<CloudWatchLogsClient> logs, WildcardMatcher allowedBuckets, Supplier<S3Client> s3) {
    cloudWatchLogReader = new CloudWatchLogReader(logs);
    s3LogReader = new S3LogReader(allowedBuckets, s3);
  }

  /**
   * Reads the last lines of the log of a build, at most about 5 MiB.
   *
   * @param timeRange limits a log in CloudWatch Logs; ignored for S3, where lines carry no time
   */
  public LogResult readTail(Build build, TimeRange timeRange) {
    var location = LogLocation.of(build.logs());
    if (location.isEmpty()) {
      return new LogResult.Unavailable(
          "CodeBuild writes no log for it, neither to CloudWatch Logs nor to Amazon S3; enable one"
              + " of them in the project");
    }
    return switch (location.get()) {
      case LogLocation.CloudWatchLog cloudWatchLog ->
          cloudWatchLogReader.readTail(cloudWatchLog, timeRange);
      case LogLocation.S3Log s3Log -> s3LogReader.readTail(s3Log);
    };
  }
}
