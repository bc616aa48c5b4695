package io.pullrescue.retry;

import io.pullrescue.failure.Build;

/** Files that are kept where an API can read them. */
public interface SourceFiles {
  /** The file at this path in the source that this build was made from, in the same version. */
  SourceFile inSource(Build build, String path);

  /** The object itself. */
  SourceFile inBucket(String bucket, String key);
}
