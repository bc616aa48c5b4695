package io.pullrescue.lambda;

import io.pullrescue.failure.Build;
import io.pullrescue.retry.SourceFile;
import io.pullrescue.retry.SourceFiles;

/** Wherever a file is looked for, this is what comes of it. */
record OneFile(SourceFile file) implements SourceFiles {
  @Override
  public SourceFile inSource(Build build, String path) {
    return file;
  }

  @Override
  public SourceFile inBucket(String bucket, String key) {
    return file;
  }
}
