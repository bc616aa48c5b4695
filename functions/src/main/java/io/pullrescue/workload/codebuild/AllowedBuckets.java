package io.pullrescue.workload.codebuild;

import io.pullrescue.text.WildcardMatcher;
import java.util.List;

/** The buckets that the operator lets us read, by name; {@code *} stands for any characters. */
public final class AllowedBuckets {
  private final WildcardMatcher bucketNames;

  /** Buckets of these names. */
  public AllowedBuckets(List<String> bucketNames) {
    this.bucketNames = new WildcardMatcher(bucketNames);
  }

  public boolean contains(String bucket) {
    return bucketNames.matches(bucket);
  }
}
