package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.pattern.LogPattern.Activity;
import io.pullrescue.diagnosis.reference.ImageMention;
import io.pullrescue.diagnosis.reference.ReferenceScanner;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A command of a container tool, as a log shows it. This is not a shell parser: logs quote commands
 * in prose, cut them and wrap them.
 *
 * @param activity what the command does
 * @param image the image of the command; null if it names none
 */
record ContainerCommand(Activity activity, @Nullable ImageMention image) {
  private static final int MAX_LENGTH = 1500;
  private static final int MAX_WORDS = 80;
  private static final String QUOTES = "\"'";

  private static final Set<String> COMPOSE_COMMANDS =
      Set.of("compose", "docker-compose", "podman-compose");
  private static final Set<String> PULL_VERBS = Set.of("pull", "inspect", "copy", "from", "digest");
  private static final Set<String> RUN_VERBS = Set.of("run", "create");
  private static final Set<String> COMMAND_GROUPS =
      Set.of("image", "images", "i", "container", "buildx", "imagetools", "manifest", "builder");

  private static final Set<String> ENGINE_COMMANDS =
      Set.of("docker", "docker.exe", "podman", "nerdctl", "finch", "crictl", "buildah");
  private static final Set<String> REMOTE_GROUPS = Set.of("imagetools", "manifest");

  private static final Set<String> SHELL_OPERATORS =
      Set.of("&&", "||", "|", ";", "\\", ">", "2>&1", "#");
  private static final Set<String> PROSE_WORDS =
      Set.of(
          "command",
          "commands",
          "error",
          "errors",
          "fail",
          "failed",
          "failing",
          "fails",
          "is",
          "it",
          "image",
          "images",
          "step",
          "the",
          "this",
          "was",
          "and",
          "with",
          "with:",
          "works");

  /** Long options that take no value. */
  private static final Set<String> FLAGS =
      Set.of(
          "--rm",
          "--privileged",
          "--init",
          "--detach",
          "--interactive",
          "--tty",
          "--read-only",
          "--quiet",
          "--publish-all",
          "--no-healthcheck",
          "--oom-kill-disable",
          "--all-tags",
          "--disable-content-trust",
          "--replace",
          "--rmi",
          "--all-platforms",
          "--all",
          "--debug",
          "--raw",
          "--insecure",
          "--plain-http",
          "--force",
          "--no-cache");

  /** Parses the command that starts at the name of a tool; empty if no command follows. */
  static Optional<ContainerCommand> parse(String text, int start) {
    var end = commandEnd(text, start);
    var words =
        Arrays.stream(text.substring(start, end).split(" ", MAX_WORDS + 1))
            .limit(MAX_WORDS)
            .map(ContainerCommand::stripPunctuation)
            .toList();
    var verb = skipOptions(words, 1);
    while (verb < words.size() && COMMAND_GROUPS.contains(words.get(verb))) {
      verb = skipOptions(words, verb + 1);
    }
    var quoted = start > 0 && text.charAt(start - 1) == '\'';
    return verb >= words.size()
        ? Optional.empty()
        : fromWords(words, verb).filter(command -> !quoted || command.image() != null);
  }

  /** Returns the end of the text that may belong to the command: a closing quote ends it. */
  private static int commandEnd(String text, int start) {
    var end = Math.min(text.length(), start + MAX_LENGTH);
    var isQuoted = start > 0 && QUOTES.indexOf(text.charAt(start - 1)) >= 0;
    var quote = isQuoted ? text.indexOf(text.charAt(start - 1), start, end) : -1;
    return quote < 0 ? end : quote;
  }

  private static Optional<ContainerCommand> fromWords(List<String> words, int verb) {
    var word = words.get(verb);
    if (COMPOSE_COMMANDS.contains(words.getFirst()) || COMPOSE_COMMANDS.contains(word)) {
      return Optional.of(new ContainerCommand(Activity.PULL_RELATED, null));
    }
    if (RUN_VERBS.contains(word)) {
      return Optional.of(new ContainerCommand(Activity.PULL_RELATED, parseImage(words, verb + 1)));
    }
    if (word.equals("inspect") && isLocalInspect(words.subList(0, verb))) {
      return Optional.of(new ContainerCommand(Activity.OTHER, null));
    }
    if (PULL_VERBS.contains(word)) {
      return Optional.of(new ContainerCommand(Activity.PULLING, parseImage(words, verb + 1)));
    }
    return switch (word) {
      case "push", "tag" -> Optional.of(new ContainerCommand(Activity.PUSH, null));
      case "login" -> Optional.of(new ContainerCommand(Activity.LOGIN, null));
      case "save", "exec", "start" -> Optional.of(new ContainerCommand(Activity.OTHER, null));
      case "build", "bake" -> Optional.of(new ContainerCommand(Activity.PULL_RELATED, null));
      default -> Optional.empty();
    };
  }

  /** Tells {@code docker image inspect}, which is local, from {@code skopeo inspect}. */
  private static boolean isLocalInspect(List<String> words) {
    return ENGINE_COMMANDS.contains(words.getFirst())
        && words.stream().noneMatch(REMOTE_GROUPS::contains);
  }

  private static @Nullable ImageMention parseImage(List<String> words, int from) {
    var i = skipOptions(words, from);
    if (i >= words.size()) {
      return null;
    }
    var word = words.get(i).startsWith("image=") ? words.get(i).substring(6) : words.get(i);
    var strictness =
        isCompleteCommand(words, i)
            ? ReferenceScanner.Strictness.STRICT
            : ReferenceScanner.Strictness.LENIENT;
    return ReferenceScanner.referenceAfter(word, 0, strictness).orElse(null);
  }

  /** Rejects prose such as {@code docker pull fails}: a plain word must end its command. */
  private static boolean isCompleteCommand(List<String> words, int name) {
    var isLast = name + 1 == words.size() || SHELL_OPERATORS.contains(words.get(name + 1));
    var isRunCommand = words.subList(0, name).stream().anyMatch(RUN_VERBS::contains);
    return (isLast || isRunCommand) && !PROSE_WORDS.contains(words.get(name));
  }

  private static int skipOptions(List<String> words, int from) {
    var i = from;
    while (i < words.size() && words.get(i).startsWith("-")) {
      i += takesValue(words.get(i)) ? 2 : 1;
    }
    return i;
  }

  /** Returns whether the next word is the value of this option, as in {@code --name x}. */
  private static boolean takesValue(String option) {
    if (option.indexOf('=') > 0 || FLAGS.contains(option)) {
      return false;
    }
    return option.startsWith("--")
        || !option.chars().skip(1).allMatch(c -> "aditqP".indexOf(c) >= 0);
  }

  private static String stripPunctuation(String word) {
    var start = 0;
    while (start < word.length() && "\"'".indexOf(word.charAt(start)) >= 0) {
      start++;
    }
    var end = word.length();
    while (end > start && "\"',;".indexOf(word.charAt(end - 1)) >= 0) {
      end--;
    }
    return word.substring(start, end);
  }
}
