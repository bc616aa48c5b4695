package io.pullrescue.infra;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Reads settings out of the CDK context by name and kind, and refuses what it does not know. */
record Settings(Map<String, Object> context) {
  Settings {
    context = Map.copyOf(context);
  }

  /** A misspelt setting would otherwise be ignored in silence. */
  void refuseAllBut(Set<String> known) {
    context.keySet().stream()
        .filter(Predicate.not(Settings::belongsToCdk))
        .filter(Predicate.not(known::contains))
        .sorted()
        .findFirst()
        .ifPresent(name -> {
          throw new SettingRefused(
              name, "there is no such setting; there are " + known.stream().sorted().toList());
        });
  }

  String text(String name, String otherwise) {
    Object value = context.get(name);
    return value == null ? otherwise : String.valueOf(value).strip();
  }

  boolean isOn(String name, String otherwise) {
    String text = text(name, otherwise);
    if (!text.equals("on") && !text.equals("off")) {
      throw new SettingRefused(name, "'%s' is neither on nor off".formatted(text));
    }
    return text.equals("on");
  }

  int wholeNumber(String name, int least, int most, int otherwise) {
    String text = text(name, String.valueOf(otherwise));
    if (text.matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw new SettingRefused(
        name, "'%s' is no whole number from %d to %d".formatted(text, least, most));
  }

  List<String> list(String name, String otherwise) {
    return split(text(name, otherwise), ",");
  }

  private static List<String> split(String text, String separator) {
    return Stream.of(text.split(separator))
        .map(String::strip)
        .filter(Predicate.not(String::isEmpty))
        .distinct()
        .toList();
  }

  /** {@code key=value,key=value}, in the order given; a value may have {@code ,/} in it. */
  Map<String, String> pairs(String name) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : split(text(name, ""), ",(?! */)")) {
      int sign = pair.indexOf('=');
      if (sign < 1 || sign == pair.length() - 1) {
        throw new SettingRefused(name, "'%s' is not of the form key=value".formatted(pair));
      }
      if (pairs.put(pair.substring(0, sign), pair.substring(sign + 1)) != null) {
        throw new SettingRefused(name, "'%s' is there twice".formatted(pair.substring(0, sign)));
      }
    }
    return pairs;
  }

  /** The CLI and the CDK keep their own values and feature flags in the same context. */
  private static boolean belongsToCdk(String name) {
    return name.contains(":") || name.contains("/");
  }
}
