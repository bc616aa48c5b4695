package io.pullrescue.workload.codebuild;

import io.pullrescue.workload.codebuild.buildspec.BuildspecLocation;
import io.pullrescue.workload.codebuild.buildspec.FetchResult;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Unavailable;
import io.pullrescue.workload.codebuild.buildspec.SourceFileReader;
import org.jspecify.annotations.Nullable;

/** Fetches a buildspec by an AWS API, or by a probe build if no API can read the source. */
public final class BuildspecFetcher {
  private final SourceFileReader sourceFiles;
  private final @Nullable ProbeFetcher probeFetcher;

  /**
   * Creates a fetcher.
   *
   * @param probeFetcher null if probe builds are disabled, the setting {@code probeBuilds}
   */
  public BuildspecFetcher(SourceFileReader sourceFiles, @Nullable ProbeFetcher probeFetcher) {
    this.sourceFiles = sourceFiles;
    this.probeFetcher = probeFetcher;
  }

  FetchResult fetch(BuildspecLocation.External location, RetryContext context) {
    return switch (location) {
      case BuildspecLocation.S3Object s3Object ->
          describeFailure(sourceFiles.readS3Object(s3Object.bucket(), s3Object.key()), location);
      case BuildspecLocation.SourceFile sourceFile -> fetchSourceFile(sourceFile, context);
    };
  }

  private FetchResult fetchSourceFile(BuildspecLocation.SourceFile location, RetryContext context) {
    var result = sourceFiles.readSourceFile(context.build(), location.path());
    if (!(result instanceof Unavailable unavailable)) {
      return result;
    }
    return probeFetcher == null
        ? new Unavailable(
            "its buildspec "
                + location
                + " cannot be read: "
                + unavailable.reason()
                + ", and probe builds are disabled; set `probeBuilds` to true")
        : describeFailure(probeFetcher.fetch(location.path(), context), location);
  }

  private static FetchResult describeFailure(
      FetchResult result, BuildspecLocation.External location) {
    return result instanceof Unavailable unavailable
        ? new Unavailable("its buildspec " + location + " cannot be read: " + unavailable.reason())
        : result;
  }
}
