package io.pullrescue.aws;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names that an operator wrote; {@code *} stands for any characters. */
final class Wildcards {
  private final List<Pattern> names;

  Wildcards(List<String> names) {
    this.names = names.stream().map(Wildcards::pattern).toList();
  }

  private static Pattern pattern(String name) {
    return Pattern.compile(
        Arrays.stream(name.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
  }

  boolean match(String name) {
    return names.stream().anyMatch(pattern -> pattern.matcher(name).matches());
  }
}
