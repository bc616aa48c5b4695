package io.pullrescue.workload.codebuild.buildspec;

import io.pullrescue.workload.codebuild.Build;

/** Files that are kept where an API can read them. */
public interface SourceFileReaderPort {
  /** The file at this path in the source that this build was made from, in the same version. */
  FetchResult readSourceFile(Build build, String path);

  /** The object itself. */
  FetchResult readS3Object(String bucket, String key);
}
