package io.pullrescue.aws;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The buckets that the operator lets us read, by name; {@code *} stands for any characters. */
public final class AllowedBuckets {
  private final List<Pattern> names;

  /** Buckets of these names. */
  public AllowedBuckets(List<String> names) {
    this.names = names.stream().map(AllowedBuckets::pattern).toList();
  }

  private static Pattern pattern(String name) {
    return Pattern.compile(
        Arrays.stream(name.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
  }

  boolean include(String bucket) {
    return names.stream().anyMatch(name -> name.matcher(bucket).matches());
  }
}
