package io.pullrescue.testing;

import io.pullrescue.workload.codebuild.Build;
import io.pullrescue.workload.codebuild.buildspec.FetchResult;
import io.pullrescue.workload.codebuild.buildspec.SourceFileReaderPort;

/** Wherever a file is looked for, this is what comes of it. */
public record FakeSourceFiles(FetchResult result) implements SourceFileReaderPort {
  @Override
  public FetchResult readSourceFile(Build build, String path) {
    return result;
  }

  @Override
  public FetchResult readS3Object(String bucket, String key) {
    return result;
  }
}
