package io.pullrescue.image;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names that an operator wrote.
 *
 * @param names {@code *} stands for any characters, also for none
 */
public record Wildcards(List<String> names) {
  /** Copies the list, so that it never changes. */
  public Wildcards {
    names = List.copyOf(names);
  }

  /** The first of them that stands for this name; empty where none does. */
  public Optional<String> covering(String name) {
    return names.stream().filter(it -> pattern(it).matcher(name).matches()).findFirst();
  }

  /** Whether one of them stands for this name. */
  public boolean cover(String name) {
    return covering(name).isPresent();
  }

  private static Pattern pattern(String name) {
    return Pattern.compile(
        Arrays.stream(name.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
  }
}
