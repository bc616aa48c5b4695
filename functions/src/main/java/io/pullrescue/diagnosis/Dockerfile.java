package io.pullrescue.diagnosis;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is known of the Dockerfile being built: defaults of its arguments, names of its stages. */
final class Dockerfile {
  /** As classic builds, buildah, BuildKit and a Dockerfile itself write an instruction. */
  private static final Pattern INSTRUCTION =
      Pattern.compile(
          "(?:(?:step|STEP|Step) \\d{1,4}(?:/\\d{1,4})? ?: ?|\\[(?:[\\w.-]{1,99}+ ){0,3}\\d{1,4}/\\d{1,4}\\] |^(?:\\d{1,5} \\| >>> )?)"
              + "(FROM|ARG|COPY|RUN|ADD|ENV|WORKDIR|CMD|LABEL|MAINTAINER|USER|EXPOSE|ENTRYPOINT|VOLUME|SHELL)\\b ?");

  private static final Pattern OPTION = Pattern.compile("--(\\w{1,20})=(\\S{1,400}) ");
  private static final Pattern STAGE = Pattern.compile(" [Aa][Ss] ([\\w.-]{1,128})");
  private static final Pattern VARIABLE =
      Pattern.compile("\\$(?:\\{(\\w{1,128})(?::?-([^}]{0,400}))?\\}|(\\w{1,128}))");
  private static final Pattern BUILD_ARGUMENT =
      Pattern.compile("--build-arg[ =][\"']?(\\w{1,128})=([^\\s\"']{1,400})");
  private static final int LONGEST = 2000;

  private final Map<String, String> defaults = new HashMap<>();
  private final Map<String, String> given = new HashMap<>();
  private final Set<String> stages = new HashSet<>();

  /** One instruction, and the image that it reads; null where it reads none. */
  record Instruction(@Nullable Mention image) {}

  /** Remembers what a line says; answers its instruction where it holds one. */
  Optional<Instruction> read(String line) {
    var text = line.length() > LONGEST ? line.substring(0, LONGEST) : line;
    if (text.contains("--build-arg")) {
      for (var m = BUILD_ARGUMENT.matcher(text); m.find(); ) {
        given.put(m.group(1), m.group(2));
      }
    }
    var m = INSTRUCTION.matcher(text);
    return m.find()
        ? Optional.of(instruction(m.group(1), text.substring(m.end())))
        : Optional.empty();
  }

  private Instruction instruction(String name, String rest) {
    return switch (name) {
      case "FROM" -> new Instruction(from(rest));
      case "COPY" -> new Instruction(copy(rest));
      case "ARG" -> {
        argument(rest);
        yield new Instruction(null);
      }
      default -> new Instruction(null);
    };
  }

  private void argument(String rest) {
    var equals = rest.indexOf('=');
    if (equals > 0) {
      var value = rest.substring(equals + 1).replaceAll("[\"']", "").split(" ", 2)[0];
      defaults.put(rest.substring(0, equals), value);
    }
  }

  private @Nullable Mention from(String rest) {
    var words = withoutOptions(rest);
    var image = image(words);
    var stage = STAGE.matcher(words);
    if (stage.find()) {
      stages.add(stage.group(1).toLowerCase(Locale.ROOT));
    }
    return image;
  }

  private @Nullable Mention copy(String rest) {
    var option = OPTION.matcher(rest);
    while (option.find()) {
      if (option.group(1).equals("from")) {
        return image(option.group(2));
      }
    }
    return null;
  }

  private static String withoutOptions(String rest) {
    var words = rest;
    while (words.startsWith("--") && words.indexOf(' ') > 0) {
      words = words.substring(words.indexOf(' ') + 1);
    }
    return words;
  }

  /** The image that a word names; null for stages and for {@code scratch}. */
  private @Nullable Mention image(String words) {
    var written = resolve(words.split(" ", 2)[0]);
    var stage = written.toLowerCase(Locale.ROOT);
    if (stages.contains(stage) || stage.equals("scratch") || stage.matches("\\d{1,4}")) {
      return null;
    }
    return MentionReader.after(written, 0, MentionReader.Place.STRICT).orElse(null);
  }

  /** The word with its variables filled in; empty where it becomes too long for a reference. */
  private String resolve(String word) {
    var resolved = new StringBuilder();
    var m = VARIABLE.matcher(word);
    while (m.find() && resolved.length() <= LONGEST) {
      var name = m.group(1) == null ? m.group(3) : m.group(1);
      var fallback = m.group(2) == null ? m.group() : m.group(2);
      var value = given.getOrDefault(name, defaults.getOrDefault(name, fallback));
      m.appendReplacement(resolved, Matcher.quoteReplacement(value));
    }
    m.appendTail(resolved);
    return resolved.length() > LONGEST ? "" : resolved.toString();
  }
}
