package io.pullrescue.aws;

import io.pullrescue.image.Wildcards;
import java.util.List;

/** The buckets that the operator lets us read, by name; {@code *} stands for any characters. */
public final class AllowedBuckets {
  private final Wildcards names;

  /** Buckets of these names. */
  public AllowedBuckets(List<String> names) {
    this.names = new Wildcards(names);
  }

  boolean include(String bucket) {
    return names.cover(bucket);
  }
}
