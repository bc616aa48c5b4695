package io.pullrescue.infra.config;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pullrescue.infra.config.SettingValue.Entry;
import io.pullrescue.infra.config.SettingValue.Mapping;
import io.pullrescue.infra.config.SettingValue.Place;
import io.pullrescue.infra.config.SettingValue.Scalar;
import io.pullrescue.infra.config.SettingValue.Sequence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings by name and type. A mistake is recorded and the default returned, so that all
 * mistakes can be reported at once.
 */
final class SettingsReader {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Set<String> TRUE_WORDS = Set.of("on", "yes", "y", "1", "enabled");
  private static final Set<String> FALSE_WORDS = Set.of("off", "no", "n", "0", "disabled");

  private final Map<String, SettingValue> settings;
  private final List<SettingProblem> problems;
  private final Set<String> known = new TreeSet<>();

  SettingsReader(Map<String, SettingValue> settings, List<SettingProblem> problems) {
    this.settings = Map.copyOf(settings);
    this.problems = problems;
  }

  /**
   * Describes the form of a text.
   *
   * @param pattern what the whole text must match
   * @param description how an error message names the form, such as {@code an e-mail address}
   */
  record Format(Pattern pattern, String description) {
    Format(String pattern, String description) {
      this(Pattern.compile(pattern), description);
    }

    boolean matches(Scalar value) {
      return pattern.matcher(value.text()).matches();
    }
  }

  /** Records a mistake in a setting. */
  void problem(String name, String message) {
    problem(name, place(name), message);
  }

  /** Records a mistake in a part of a setting. */
  void problem(String name, @Nullable Place place, String message) {
    problems.add(new SettingProblem(place, name, message));
  }

  /** Returns whether a mistake in the setting is recorded, so that others follow from it. */
  boolean hasProblem(String name) {
    return problems.stream().anyMatch(problem -> name.equals(problem.setting()));
  }

  /** Returns whether the operator set it, correctly or not. */
  boolean isSet(String name) {
    return settings.containsKey(name);
  }

  /**
   * Records every setting that has not been read: a misspelt one would silently do nothing.
   *
   * @return a note with the names of all settings, empty unless it helps
   */
  String rejectUnknownSettings() {
    var note = "";
    for (var name : new TreeSet<>(settings.keySet())) {
      if (!known.contains(name)) {
        var suggestion = Suggestion.didYouMean(name, known);
        problem(name, "unknown setting" + suggestion);
        if (suggestion.isEmpty()) {
          note = "The settings are " + String.join(", ", known) + ".";
        }
      }
    }
    return note;
  }

  /** Returns a text, empty if it is not set. */
  String text(String name, Format format) {
    return text(name, "", format);
  }

  /** Returns a text. */
  String text(String name, String defaultValue, Format format) {
    var value = scalar(name).filter(scalar -> !scalar.text().isEmpty());
    if (value.isEmpty()) {
      return defaultValue;
    }
    if (!format.matches(value.get())) {
      problem(name, "%s is not %s".formatted(quote(value.get()), format.description()));
      return defaultValue;
    }
    return value.get().text();
  }

  /** Returns a constant by the word that its {@code @JsonProperty} gives it. */
  <E extends Enum<E>> E choice(String name, E defaultValue) {
    var value = scalar(name);
    if (value.isEmpty()) {
      return defaultValue;
    }
    var constants = List.of(defaultValue.getDeclaringClass().getEnumConstants());
    return constants.stream()
        .filter(constant -> word(constant).equals(value.get().text()))
        .findFirst()
        .orElseGet(() -> {
          var words = constants.stream().map(SettingsReader::word).toList();
          problem(
              name,
              "%s is not one of %s%s"
                  .formatted(
                      quote(value.get()),
                      String.join(", ", words),
                      Suggestion.didYouMean(value.get().text(), words)));
          return defaultValue;
        });
  }

  /** Returns a boolean; YAML's other words for it are rejected, as they mean a text elsewhere. */
  boolean flag(String name, boolean defaultValue) {
    var value = scalar(name);
    if (value.isEmpty()) {
      return defaultValue;
    }
    var text = value.get().text();
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    var word = text.toLowerCase(Locale.ROOT);
    var meant =
        TRUE_WORDS.contains(word) || word.equals("true")
            ? "true"
            : FALSE_WORDS.contains(word) || word.equals("false") ? "false" : "true or false";
    problem(name, "%s is not a boolean; write %s".formatted(quote(value.get()), meant));
    return defaultValue;
  }

  /** Returns a whole number within limits. */
  int integer(String name, int min, int max, int defaultValue) {
    var value = scalar(name);
    if (value.isEmpty()) {
      return defaultValue;
    }
    if (value.get().text().matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(value.get().text());
      if (number >= min && number <= max) {
        return number;
      }
    }
    problem(name, "%s is not a whole number from %d to %d".formatted(quote(value.get()), min, max));
    return defaultValue;
  }

  /** Returns one of a few whole numbers. */
  int integer(String name, Set<Integer> allowed, int defaultValue) {
    var value = scalar(name);
    if (value.isEmpty()) {
      return defaultValue;
    }
    return allowed.stream()
        .filter(number -> number.toString().equals(value.get().text()))
        .findFirst()
        .orElseGet(() -> {
          var numbers = allowed.stream().sorted().map(String::valueOf).collect(joining(", "));
          problem(name, "%s is not one of %s".formatted(quote(value.get()), numbers));
          return defaultValue;
        });
  }

  /** Returns a list without duplicates, empty if it is not set. */
  List<String> list(String name, Format format) {
    return list(name, List.of(), format);
  }

  /** Returns a list without duplicates. On the command line it is {@code one,two}. */
  List<String> list(String name, List<String> defaultValue, Format format) {
    if (!isKnownAndSet(name)) {
      return defaultValue;
    }
    return items(name).stream()
        .filter(item -> {
          var matches = format.matches(item);
          if (!matches) {
            problem(
                name, item.place(), "%s is not %s".formatted(quote(item), format.description()));
          }
          return matches;
        })
        .map(Scalar::text)
        .distinct()
        .toList();
  }

  /** Returns the items of a list as they are. */
  List<Scalar> items(String name) {
    known.add(name);
    return switch (settings.get(name)) {
      case Sequence sequence -> sequence.items();
      case Mapping mapping -> {
        problem(name, "expected a list, found " + mapping.kind());
        yield List.of();
      }
      case null, default -> scalar(name).map(scalar -> split(scalar, ",")).orElse(List.of());
    };
  }

  /**
   * Returns the entries of a map in their order. On the command line it is {@code
   * key=value,key=value}, and a value may contain {@code ,/}.
   */
  List<Entry> entries(String name) {
    known.add(name);
    var entries = new ArrayList<Entry>();
    switch (settings.get(name)) {
      case Mapping mapping -> entries.addAll(mapping.entries());
      case Sequence sequence -> problem(name, "expected a map, found " + sequence.kind());
      case null, default ->
          scalar(name).map(scalar -> split(scalar, ",(?! */)")).orElse(List.of()).stream()
              .flatMap(pair -> entry(name, pair))
              .forEach(entries::add);
    }
    var keys = new HashSet<String>();
    entries.removeIf(entry -> {
      var duplicate = !keys.add(entry.key().text());
      if (duplicate) {
        problem(name, entry.key().place(), entry.key().text() + " is set twice");
      }
      return duplicate;
    });
    return entries;
  }

  private Stream<Entry> entry(String name, Scalar pair) {
    int separator = pair.text().indexOf('=');
    if (separator < 1 || separator == pair.text().length() - 1) {
      problem(name, "%s is not of the form key=value".formatted(quote(pair)));
      return Stream.empty();
    }
    return Stream.of(
        new Entry(
            new Scalar(pair.text().substring(0, separator), pair.place()),
            new Scalar(pair.text().substring(separator + 1), pair.place())));
  }

  private boolean isKnownAndSet(String name) {
    known.add(name);
    return settings.containsKey(name);
  }

  private Optional<Scalar> scalar(String name) {
    known.add(name);
    var value = settings.get(name);
    if (value instanceof Scalar scalar && !scalar.isNull()) {
      return Optional.of(new Scalar(scalar.text().strip(), scalar.place()));
    }
    if (value instanceof Scalar) {
      problem(name, "there is no value; write one or delete the line");
    } else if (value != null) {
      problem(name, "expected one value, found " + value.kind());
    }
    return Optional.empty();
  }

  private @Nullable Place place(String name) {
    var value = settings.get(name);
    return value == null ? null : value.place();
  }

  private static List<Scalar> split(Scalar scalar, String separator) {
    return Stream.of(scalar.text().split(separator))
        .map(String::strip)
        .filter(Predicate.not(String::isEmpty))
        .map(text -> new Scalar(text, scalar.place()))
        .toList();
  }

  static String quote(Scalar value) {
    return "'" + value.text() + "'";
  }

  private static String word(Enum<?> constant) {
    return JSON.convertValue(constant, String.class);
  }
}
