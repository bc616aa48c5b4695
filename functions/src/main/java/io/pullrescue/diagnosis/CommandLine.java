package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.Clue.Role;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A command of a container tool as it stands in a log: what it does, and with which image.
 *
 * @param image null where it names none
 */
record CommandLine(Role role, @Nullable Mention image) {
  private static final int LONGEST = 1500;
  private static final int MOST_WORDS = 80;

  private static final Set<String> COMPOSE = Set.of("compose", "docker-compose", "podman-compose");
  private static final Set<String> PULLING = Set.of("pull", "inspect", "copy", "from", "digest");
  private static final Set<String> RUNNING = Set.of("run", "create");
  private static final Set<String> GROUPS =
      Set.of("image", "images", "i", "container", "buildx", "imagetools", "manifest", "builder");

  private static final Set<String> ENGINES =
      Set.of("docker", "docker.exe", "podman", "nerdctl", "finch", "crictl", "buildah");
  private static final Set<String> REMOTE = Set.of("imagetools", "manifest");

  private static final Set<String> OPERATORS = Set.of("&&", "||", "|", ";", "\\", ">", "2>&1", "#");
  private static final Set<String> PROSE =
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

  /** Long options of run and create that take no value. */
  private static final Set<String> BARE =
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

  /** The command that starts at the name of a tool; empty where none follows. */
  static Optional<CommandLine> at(String text, int tool) {
    var end = Math.min(text.length(), tool + LONGEST);
    var words =
        Arrays.stream(text.substring(tool, end).split(" ", MOST_WORDS + 1))
            .limit(MOST_WORDS)
            .map(CommandLine::bare)
            .toList();
    var verb = skipOptions(words, 1);
    while (verb < words.size() && GROUPS.contains(words.get(verb))) {
      verb = skipOptions(words, verb + 1);
    }
    var quoted = tool > 0 && text.charAt(tool - 1) == '\'';
    return verb >= words.size()
        ? Optional.empty()
        : of(words, verb).filter(command -> !quoted || command.image() != null);
  }

  private static Optional<CommandLine> of(List<String> words, int verb) {
    var word = words.get(verb);
    if (COMPOSE.contains(words.getFirst()) || COMPOSE.contains(word)) {
      return Optional.of(new CommandLine(Role.PULL, null));
    }
    if (RUNNING.contains(word)) {
      return Optional.of(new CommandLine(Role.PULL, image(words, verb + 1)));
    }
    if (word.equals("inspect") && isLocal(words.subList(0, verb))) {
      return Optional.of(new CommandLine(Role.OTHER, null));
    }
    if (PULLING.contains(word)) {
      return Optional.of(new CommandLine(Role.READING, image(words, verb + 1)));
    }
    return switch (word) {
      case "push", "tag" -> Optional.of(new CommandLine(Role.PUSH, null));
      case "login" -> Optional.of(new CommandLine(Role.LOGIN, null));
      case "save", "exec", "start" -> Optional.of(new CommandLine(Role.OTHER, null));
      case "build", "bake" -> Optional.of(new CommandLine(Role.PULL, null));
      default -> Optional.empty();
    };
  }

  /**
   * {@code docker image inspect} looks at what is there; {@code skopeo inspect} asks a registry.
   */
  private static boolean isLocal(List<String> words) {
    return ENGINES.contains(words.getFirst()) && words.stream().noneMatch(REMOTE::contains);
  }

  private static @Nullable Mention image(List<String> words, int from) {
    var i = skipOptions(words, from);
    if (i >= words.size()) {
      return null;
    }
    var word = words.get(i).startsWith("image=") ? words.get(i).substring(6) : words.get(i);
    var place = isCommand(words, i) ? MentionReader.Place.STRICT : MentionReader.Place.LOOSE;
    return MentionReader.after(word, 0, place).orElse(null);
  }

  /** {@code docker pull fails} is prose: a name alone must end its command. */
  private static boolean isCommand(List<String> words, int name) {
    var last = name + 1 == words.size() || OPERATORS.contains(words.get(name + 1));
    var runs = words.subList(0, name).stream().anyMatch(RUNNING::contains);
    return (last || runs) && !PROSE.contains(words.get(name));
  }

  private static int skipOptions(List<String> words, int from) {
    var i = from;
    while (i < words.size() && words.get(i).startsWith("-")) {
      i += takesValue(words.get(i)) ? 2 : 1;
    }
    return i;
  }

  /** {@code -it} and {@code --rm} take none, {@code --name x} does, {@code --name=x} has it. */
  private static boolean takesValue(String option) {
    if (option.indexOf('=') > 0 || BARE.contains(option)) {
      return false;
    }
    return option.startsWith("--")
        || !option.chars().skip(1).allMatch(c -> "aditqP".indexOf(c) >= 0);
  }

  private static String bare(String word) {
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
