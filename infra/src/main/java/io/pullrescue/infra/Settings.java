package io.pullrescue.infra;

import static java.util.stream.Collectors.joining;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads settings by name and kind, and refuses what it does not know. */
record Settings(Map<String, Setting> settings) {
  /** In the CDK context, the name of a file with settings. */
  private static final String CONFIG = "config";

  Settings {
    settings = Map.copyOf(settings);
  }

  /** Those of the file that the context names, and over them those of the context itself. */
  static Settings in(Map<String, Object> context) {
    Map<String, Setting> settings = new HashMap<>();
    if (context.get(CONFIG) instanceof String file) {
      settings.putAll(new SettingsFile(Path.of(file)).read());
    }
    context.forEach((name, value) -> {
      if (!belongsToCdk(name) && !name.equals(CONFIG)) {
        settings.put(name, Setting.onTheCommandLine(value));
      }
    });
    return new Settings(settings);
  }

  /** Where the operator wrote it. */
  Optional<String> place(String name) {
    return Optional.ofNullable(settings.get(name)).map(Setting::place);
  }

  /** A misspelt setting would otherwise be ignored in silence. */
  void refuseAllBut(Set<String> known) {
    settings.keySet().stream()
        .filter(Predicate.not(known::contains))
        .sorted()
        .findFirst()
        .ifPresent(name -> {
          throw new SettingRefused(
              name, "there is no such setting; there are " + known.stream().sorted().toList());
        });
  }

  String text(String name, String otherwise) {
    Object value = value(name).orElse(otherwise);
    if (value instanceof List || value instanceof Map) {
      throw new SettingRefused(name, "one value is expected, and there are several");
    }
    return String.valueOf(value).strip();
  }

  /** A text of one form, or none. */
  String matching(String name, Pattern form, String what) {
    String text = text(name, "");
    if (!form.matcher(text).matches()) {
      throw new SettingRefused(name, "'%s' is no %s".formatted(text, what));
    }
    return text;
  }

  /** One word of a few. */
  <E extends Enum<E> & Choice> E choice(String name, E otherwise) {
    String text = text(name, otherwise.word());
    E[] all = otherwise.getDeclaringClass().getEnumConstants();
    return Stream.of(all)
        .filter(it -> it.word().equals(text))
        .findFirst()
        .orElseThrow(() -> {
          String words = Stream.of(all).map(Choice::word).collect(joining(", "));
          return new SettingRefused(name, "'%s' is none of %s".formatted(text, words));
        });
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

  /** A list in a file, or {@code one,two}. */
  List<String> list(String name, String otherwise) {
    return value(name).orElse(otherwise) instanceof List<?> several
        ? clean(several.stream().map(String::valueOf))
        : split(text(name, otherwise), ",");
  }

  /** A list, none by default, each item of one form. */
  List<String> listOf(String name, String form, String what) {
    return listOf(name, "", form, what);
  }

  /** A list, each item of one form. */
  List<String> listOf(String name, String otherwise, String form, String what) {
    List<String> items = list(name, otherwise);
    items.stream()
        .filter(item -> !item.matches(form))
        .findFirst()
        .ifPresent(item -> {
          throw new SettingRefused(name, "'%s' is no %s".formatted(item, what));
        });
    return items;
  }

  private static List<String> split(String text, String separator) {
    return clean(Stream.of(text.split(separator)));
  }

  private static List<String> clean(Stream<String> texts) {
    return texts.map(String::strip).filter(Predicate.not(String::isEmpty)).distinct().toList();
  }

  /**
   * A map in a file, or {@code key=value,key=value}; in the order given. A value may have {@code
   * ,/} in it.
   */
  Map<String, String> pairs(String name) {
    Map<String, String> pairs = new LinkedHashMap<>();
    if (value(name).orElse("") instanceof Map<?, ?> map) {
      map.forEach((key, value) -> pairs.put(String.valueOf(key), String.valueOf(value)));
      return pairs;
    }
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

  private Optional<Object> value(String name) {
    return Optional.ofNullable(settings.get(name)).map(Setting::value);
  }

  /** The CLI and the CDK keep their own values and feature flags in the same context. */
  private static boolean belongsToCdk(String name) {
    return name.contains(":") || name.contains("/");
  }
}
