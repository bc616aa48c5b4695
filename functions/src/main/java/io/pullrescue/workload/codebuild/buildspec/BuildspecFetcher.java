package io.pullrescue.workload.codebuild.buildspec;

import io.pullrescue.workload.codebuild.Build;
import io.pullrescue.workload.codebuild.BuildRetryPlan;
import io.pullrescue.workload.codebuild.buildspec.BuildspecFetchResult.Text;
import io.pullrescue.workload.codebuild.buildspec.BuildspecFetchResult.Unreadable;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Found;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.NotFound;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Unavailable;
import org.jspecify.annotations.Nullable;

/** Reads a buildspec where it is kept: by an API where one does, else by a probe. */
public final class BuildspecFetcher {
  private final SourceFileReaderPort sourceFiles;
  private final @Nullable ProbeFetcher probeFetcher;

  /** Reads these files, and starts probes where {@code probes} is not null. */
  public BuildspecFetcher(SourceFileReaderPort sourceFiles, @Nullable ProbeFetcher probeFetcher) {
    this.sourceFiles = sourceFiles;
    this.probeFetcher = probeFetcher;
  }

  /** The buildspec that this plan waits for. */
  public BuildspecFetchResult fetch(BuildRetryPlan.FetchBuildspec fetchPlan) {
    return switch (fetchPlan.location()) {
      case BuildspecLocation.S3Object s3Object -> fetchS3Object(s3Object);
      case BuildspecLocation.SourceFile sourceFile ->
          fetchSourceFile(fetchPlan.original(), sourceFile.path());
    };
  }

  private BuildspecFetchResult fetchS3Object(BuildspecLocation.S3Object location) {
    return switch (sourceFiles.readS3Object(location.bucket(), location.key())) {
      case Found found -> new Text(found.text());
      case NotFound _ -> new Unreadable("its buildspec " + location + " does not exist");
      case Unavailable unavailable ->
          new Unreadable("its buildspec " + location + " cannot be read: " + unavailable.reason());
    };
  }

  private BuildspecFetchResult fetchSourceFile(Build build, String path) {
    return switch (sourceFiles.readSourceFile(build, path)) {
      case Found found -> new Text(found.text());
      case NotFound _ -> new Unreadable("its source has no file " + path);
      case Unavailable unavailable -> fetchByProbe(build, path, unavailable.reason());
    };
  }

  private BuildspecFetchResult fetchByProbe(Build build, String path, String reason) {
    return probeFetcher == null
        ? new Unreadable(
            "its buildspec "
                + path
                + " cannot be read by API ("
                + reason
                + "), and probe builds are switched off")
        : probeFetcher.fetch(build, path);
  }
}
