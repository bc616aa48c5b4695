package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.reference.ImageMention;
import io.pullrescue.diagnosis.reference.ReferenceScanner;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tracks the arguments and stages of the Dockerfile that a log shows being built, to resolve the
 * images of its instructions.
 */
final class DockerfileContext {
  /** An instruction as printed by classic builds, buildah, BuildKit and a quoted Dockerfile. */
  private static final Pattern INSTRUCTION =
      Pattern.compile(
          "(?:(?:step|STEP|Step) \\d{1,4}(?:/\\d{1,4})? ?: ?|\\[ ?(?:[\\w.-]{1,99}+ ){0,3}\\d{1,4}/\\d{1,4}\\] |^(?:\\d{1,5} \\| >>> )?)"
              + "(FROM|ARG|COPY|RUN|ADD|ENV|WORKDIR|CMD|LABEL|MAINTAINER|USER|EXPOSE|ENTRYPOINT|VOLUME|SHELL)\\b ?");

  private static final Pattern OPTION = Pattern.compile("--(\\w{1,20})=(\\S{1,400}) ");
  private static final Pattern STAGE = Pattern.compile(" [Aa][Ss] ([\\w.-]{1,128})");
  private static final Pattern VARIABLE =
      Pattern.compile("\\$(?:\\{(\\w{1,128})(?::?-([^}]{0,400}))?\\}|(\\w{1,128}))");
  private static final Pattern BUILD_ARGUMENT =
      Pattern.compile("--build-arg[ =][\"']?(\\w{1,128})=([^\\s\"']{1,400})");
  private static final int MAX_LENGTH = 2000;

  private final Map<String, String> argumentDefaults = new HashMap<>();
  private final Map<String, String> buildArguments = new HashMap<>();
  private final Set<String> stages = new HashSet<>();

  /**
   * An instruction of a Dockerfile.
   *
   * @param image the image that it pulls; null if it pulls none
   */
  record Instruction(@Nullable ImageMention image) {}

  /** Records the arguments and stages of a line, and returns its instruction, if any. */
  Optional<Instruction> readLine(String line) {
    var text = line.length() > MAX_LENGTH ? line.substring(0, MAX_LENGTH) : line;
    if (text.contains("--build-arg")) {
      for (var m = BUILD_ARGUMENT.matcher(text); m.find(); ) {
        buildArguments.put(m.group(1), m.group(2));
      }
    }
    var m = INSTRUCTION.matcher(text);
    return m.find()
        ? Optional.of(parseInstruction(m.group(1), text.substring(m.end())))
        : Optional.empty();
  }

  private Instruction parseInstruction(String name, String rest) {
    return switch (name) {
      case "FROM" -> new Instruction(parseFrom(rest));
      case "COPY" -> new Instruction(parseCopy(rest));
      case "ARG" -> {
        addArgumentDefault(rest);
        yield new Instruction(null);
      }
      default -> new Instruction(null);
    };
  }

  private void addArgumentDefault(String rest) {
    var equals = rest.indexOf('=');
    if (equals > 0) {
      var value = rest.substring(equals + 1).replaceAll("[\"']", "").split(" ", 2)[0];
      argumentDefaults.put(rest.substring(0, equals), value);
    }
  }

  private @Nullable ImageMention parseFrom(String rest) {
    var words = stripOptions(rest);
    var image = resolveImage(words);
    var stage = STAGE.matcher(words);
    if (stage.find()) {
      stages.add(stage.group(1).toLowerCase(Locale.ROOT));
    }
    return image;
  }

  private @Nullable ImageMention parseCopy(String rest) {
    var option = OPTION.matcher(rest);
    while (option.find()) {
      if (option.group(1).equals("from")) {
        return resolveImage(option.group(2));
      }
    }
    return null;
  }

  private static String stripOptions(String rest) {
    var words = rest;
    while (words.startsWith("--") && words.indexOf(' ') > 0) {
      words = words.substring(words.indexOf(' ') + 1);
    }
    return words;
  }

  /** Returns the image that the first word names; null for stages and {@code scratch}. */
  private @Nullable ImageMention resolveImage(String words) {
    var written = substituteVariables(words.split(" ", 2)[0]);
    var stage = written.toLowerCase(Locale.ROOT);
    if (stages.contains(stage) || stage.equals("scratch") || stage.matches("\\d{1,4}")) {
      return null;
    }
    return ReferenceScanner.referenceAfter(written, 0, ReferenceScanner.Strictness.STRICT)
        .orElse(null);
  }

  /** Replaces variables by their values; returns "" if the result is too long for a reference. */
  private String substituteVariables(String word) {
    var resolved = new StringBuilder();
    var m = VARIABLE.matcher(word);
    while (m.find() && resolved.length() <= MAX_LENGTH) {
      var name = m.group(1) == null ? m.group(3) : m.group(1);
      var fallback = m.group(2) == null ? m.group() : m.group(2);
      var value = buildArguments.getOrDefault(name, argumentDefaults.getOrDefault(name, fallback));
      m.appendReplacement(resolved, Matcher.quoteReplacement(value));
    }
    m.appendTail(resolved);
    return resolved.length() > MAX_LENGTH ? "" : resolved.toString();
  }
}
