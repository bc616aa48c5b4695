package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.Clue.Role;
import io.pullrescue.diagnosis.Symptom.Strength;
import io.pullrescue.image.ImageReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Follows a text line by line: what is being done, what is being read, what went wrong. */
final class Story {
  /** BuildKit's plain progress: every line of a step begins with its number. */
  private static final Pattern STEP = Pattern.compile("^#(\\d{1,5}) ");

  /** A shell's prompt, or CodeBuild's and Amplify's note, before a command. */
  private static final Pattern PROMPT =
      Pattern.compile(
          "^(?:\\$|\\+|#|>|PS [^>]{1,200}>|[^ ]{0,100}[$#❯]|\\[\\w+@[^\\]]{1,100}\\][$#]) \\S|Running command |Executing command: ");

  private final Dockerfile dockerfile = new Dockerfile();
  private final Map<String, Work> steps = new HashMap<>();
  private final Work shell = new Work();
  private final List<PullError> errors = new ArrayList<>();

  /** Reads on. */
  void read(Line line) {
    var signs = Signs.of(line);
    var work = workOf(line);
    follow(line, signs, work);
    if (isPullError(signs, work)) {
      errors.add(ImageFinder.error(line, signs, work));
    }
    finish(line, signs, work);
  }

  List<PullError> errors() {
    return errors;
  }

  private Work workOf(Line line) {
    var step = STEP.matcher(line.text());
    return step.find() ? steps.computeIfAbsent(step.group(1), number -> new Work()) : shell;
  }

  private void follow(Line line, Signs signs, Work work) {
    if (PROMPT.matcher(line.text()).find()) {
      work.turnTo(Role.OTHER);
    }
    for (var tool : signs.tools()) {
      CommandLine.at(line.text(), tool).ifPresent(command -> follow(command, work));
    }
    dockerfile.read(line.text()).ifPresent(instruction -> follow(instruction, work));
    for (var note : signs.notes()) {
      switch (note.role()) {
        case READING -> work.read(fuller(note.mention(), work));
        case READING_TOO -> work.readToo(note.mention());
        default -> {}
      }
    }
    for (var other : List.of(Role.PUSH, Role.LOGIN, Role.CACHE)) {
      if (signs.say(other)) {
        work.turnTo(other);
      }
    }
  }

  private static void follow(CommandLine command, Work work) {
    if (command.image() != null) {
      work.read(command.image());
    } else {
      work.turnTo(command.role());
    }
  }

  private static void follow(Dockerfile.Instruction instruction, Work work) {
    if (instruction.image().isPresent()) {
      work.read(instruction.image().get());
    } else {
      work.turnTo(Role.OTHER);
    }
  }

  /** {@code Pulling from a/b} leaves the registry out; what was asked for just before has it. */
  private static Mention fuller(Mention mention, Work work) {
    if (mention instanceof Mention.Named said) {
      for (var image : work.images()) {
        if (image instanceof Mention.Named asked
            && endsWith(asked.image().repository(), said.image().repository())) {
          return asked;
        }
      }
    }
    return mention;
  }

  private static boolean endsWith(String whole, String part) {
    return whole.equals(part) || part.equals("library/" + whole);
  }

  private boolean isPullError(Signs signs, Work work) {
    if (signs.say(Role.NEVER)) {
      return false;
    }
    var about = signs.say(Role.FAILED) || signs.say(Role.GAVE_UP) || signs.say(Role.PULL);
    if (work.role() == Role.PUSH || work.role() == Role.LOGIN || work.role() == Role.CACHE) {
      return signs.say(Role.GAVE_UP);
    }
    if (signs.symptom().isEmpty()) {
      return signs.say(Role.GAVE_UP);
    }
    return about
        || work.role() == Role.READING
        || signs.symptom().get().strength() == Strength.CERTAIN;
  }

  private void finish(Line line, Signs signs, Work work) {
    if (signs.say(Role.READ)) {
      work.done();
      for (var note : signs.notes()) {
        if (note.role() == Role.READ && note.mention() instanceof Mention.Named named) {
          forget(named.image());
        }
      }
    }
    if (line.text().startsWith("---> ")) {
      work.done();
    }
  }

  /** It was read well after all. */
  private void forget(ImageReference image) {
    errors.removeIf(error -> error.images().equals(List.of(image)));
  }
}
