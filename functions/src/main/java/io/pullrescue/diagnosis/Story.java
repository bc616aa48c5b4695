package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.Clue.Role;
import io.pullrescue.diagnosis.Evidence.Certainty;
import io.pullrescue.diagnosis.Symptom.Strength;
import io.pullrescue.image.ImageReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Follows a text line by line: what is being done, what is being read, what went wrong. */
final class Story {
  /** BuildKit's plain progress: every line of a step begins with its number. */
  private static final Pattern STEP = Pattern.compile("^(?:\\d{1,6} \\| )?#(\\d{1,5}) ");

  /** Classic builds and buildah take one step after another. */
  private static final Pattern NEXT_STEP =
      Pattern.compile("^(?:Step|STEP) \\d{1,4}(?:/\\d{1,4})? ?:");

  /** As classic builds and BuildKit write that all went well. */
  private static final Pattern END_OF_STEP =
      Pattern.compile("^(?:---> |(?:\\d{1,6} \\| )?#\\d{1,5} (?:DONE|CACHED)\\b)");

  /**
   * A shell's prompt, or CodeBuild's and Amplify's note, before a command; a heading of Markdown is
   * none.
   */
  private static final Pattern PROMPT =
      Pattern.compile(
          "^(?!##)(?:\\$|\\+|#|PS [^>]{1,200}>|[^ ]{0,100}[$#❯]|\\[\\w+@[^\\]]{1,100}\\][$#]) \\S|Running command |Executing command: ");

  private final Dockerfile dockerfile = new Dockerfile();
  private final Map<String, Work> steps = new HashMap<>();
  private final Work shell = new Work();
  private final PullErrors errors = new PullErrors();
  private final Candidates candidates = new Candidates();

  /** An error is about an image whose name is masked or cut. */
  private boolean illegible;

  /** The last error that stood apart from any pull: a title may tell the reason. */
  private @Nullable Symptom remark;

  /** Reads on. */
  void read(Line line) {
    var signs = Signs.of(line);
    var work = workOf(line);
    if (NEXT_STEP.matcher(line.content()).find()) {
      done(work);
    }
    follow(line, signs, work);
    candidates.remember(signs, work);
    if (isPullError(signs, work)) {
      var error = ImageFinder.error(line, signs, work);
      errors.add(error);
      illegible |= signs.say(Role.UNRESOLVED) || ImageFinder.isUnreadable(signs) || isMasked(work);
      if (work.role() == Role.READING && error.images().size() == 1) {
        work.read(new Mention.Named(error.images().getFirst(), true, true));
      }
    } else if (!signs.say(Role.NEVER) && !isElsewhere(work)) {
      remark = signs.symptom() == null ? remark : signs.symptom();
    }
    finish(line, signs, work);
  }

  /** What is being read has a name, but not one that can be read. */
  private static boolean isMasked(Work work) {
    return work.role() == Role.READING && !work.images().isEmpty() && work.named().isEmpty();
  }

  PullErrors errors() {
    return errors;
  }

  /** The images that could not be read; where no error says which, the only one in question. */
  List<ImageReference> images() {
    var images = errors.images();
    return images.isEmpty() && !illegible ? candidates.only() : images;
  }

  /** How the images were found. */
  Certainty certainty() {
    return errors.images().isEmpty() ? Certainty.NAMED_BY_CONTEXT : errors.certainty();
  }

  /** An error told apart from the pull; null where there is none. */
  @Nullable Symptom remark() {
    return remark;
  }

  private Work workOf(Line line) {
    var step = STEP.matcher(line.content());
    return step.find() ? steps.computeIfAbsent(step.group(1), number -> new Work()) : shell;
  }

  private void follow(Line line, Signs signs, Work work) {
    if (PROMPT.matcher(line.content()).find()) {
      // What the shell went on after is not in question any more.
      candidates.settle(work);
      work.turnTo(Role.OTHER);
    }
    for (var tool : signs.tools()) {
      CommandLine.at(line.text(), tool).ifPresent(command -> follow(command, work));
    }
    dockerfile.read(line.content()).ifPresent(instruction -> follow(instruction, work));
    for (var note : signs.notes()) {
      switch (note.role()) {
        case READING -> work.read(candidates.fuller(note.mention(), work));
        case READING_TOO -> readToo(line, note, work);
        default -> {}
      }
    }
    if (signs.symptom() == null && !signs.say(Role.PUSH)) {
      for (var url : signs.urls()) {
        url.image().ifPresent(image -> work.read(new Mention.Named(image, true, true)));
      }
    }
    for (var other : List.of(Role.PUSH, Role.LOGIN, Role.CACHE, Role.OTHER)) {
      if (signs.say(other)) {
        work.turnTo(other);
      }
    }
  }

  /** BuildKit reads several images at once, and marks those that fail. */
  private static void readToo(Line line, Signs.Note note, Work work) {
    var before = line.lower().substring(0, note.position());
    if (before.contains("=> error") || line.content().startsWith("> [")) {
      work.read(note.mention());
    } else if (!before.contains("=> canceled") && !before.contains("=> cached")) {
      work.readToo(note.mention());
    }
  }

  private static void follow(CommandLine command, Work work) {
    if (command.image() != null && command.role() == Role.PULL) {
      work.run(command.image());
    } else if (command.image() != null) {
      work.read(command.image());
    } else {
      work.turnTo(command.role());
    }
  }

  private static void follow(Dockerfile.Instruction instruction, Work work) {
    if (instruction.image() != null) {
      work.read(instruction.image());
    } else {
      work.turnTo(Role.OTHER);
    }
  }

  private boolean isPullError(Signs signs, Work work) {
    if (signs.say(Role.NEVER)) {
      return false;
    }
    var about = signs.say(Role.FAILED) || signs.say(Role.GAVE_UP) || signs.say(Role.PULL);
    if (isElsewhere(work)) {
      return signs.say(Role.GAVE_UP) || (work.role() == Role.LOGIN && signs.say(Role.FAILED));
    }
    if (signs.symptom() == null) {
      return signs.say(Role.GAVE_UP);
    }
    if (isAnswerToLogin(signs, work)) {
      return false;
    }
    return about || work.role() == Role.READING || signs.symptom().strength() == Strength.CERTAIN;
  }

  private static boolean isElsewhere(Work work) {
    return work.role() == Role.PUSH || work.role() == Role.LOGIN || work.role() == Role.CACHE;
  }

  /** {@code Get https://host/v2/: unauthorized}: a pull would have asked for a repository. */
  private static boolean isAnswerToLogin(Signs signs, Work work) {
    var cause = signs.symptom() == null ? null : signs.symptom().cause();
    return !signs.urls().isEmpty()
        && signs.urls().stream().allMatch(url -> url.repository().isEmpty())
        && (cause == Cause.UNAUTHENTICATED || cause == Cause.ACCESS_DENIED)
        && !signs.say(Role.FAILED)
        && !signs.say(Role.GAVE_UP)
        && work.images().isEmpty();
  }

  private void finish(Line line, Signs signs, Work work) {
    if (signs.say(Role.READ)) {
      done(work);
      for (var note : signs.notes()) {
        if (note.role() == Role.READ && note.mention() instanceof Mention.Named named) {
          errors.forget(named.image());
        }
      }
    }
    if (END_OF_STEP.matcher(line.content()).find()) {
      done(work);
    }
  }

  private void done(Work work) {
    candidates.settle(work);
    work.done();
  }
}
