package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.Evidence.Confidence;
import io.pullrescue.diagnosis.log.LogLine;
import io.pullrescue.diagnosis.pattern.Cause;
import io.pullrescue.diagnosis.pattern.LineMatches;
import io.pullrescue.diagnosis.pattern.LogPattern.Activity;
import io.pullrescue.diagnosis.pattern.LogPattern.ErrorPattern;
import io.pullrescue.diagnosis.pattern.LogPattern.Specificity;
import io.pullrescue.diagnosis.reference.ImageMention;
import io.pullrescue.diagnosis.reference.RegistryRequestUrl;
import io.pullrescue.image.ImageReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Follows a log line by line: which step runs, which images it pulls, and what fails. */
final class LogAnalyzer {
  /** In BuildKit's plain progress, every line of a step begins with its number. */
  private static final Pattern BUILDKIT_STEP = Pattern.compile("^(?:\\d{1,6} \\| )?#(\\d{1,5}) ");

  /** Classic builds and buildah run one step after another. */
  private static final Pattern CLASSIC_STEP =
      Pattern.compile("^(?:Step|STEP) \\d{1,4}(?:/\\d{1,4})? ?:");

  /** The first step of a classic build, whose pull other builds do not wait for. */
  private static final Pattern FIRST_STEP = Pattern.compile("^(?:Step|STEP) 1(?:/\\d{1,4})? ?:");

  /** Classic builds and BuildKit print this when a step succeeded. */
  private static final Pattern STEP_END =
      Pattern.compile("^(?:---> |(?:\\d{1,6} \\| )?#\\d{1,5} (?:DONE|CACHED)\\b)");

  /**
   * The prompt of a shell, or what CodeBuild and Amplify print, before a command. A heading in
   * Markdown begins with {@code ##} and is not a prompt.
   */
  private static final Pattern COMMAND_PROMPT =
      Pattern.compile(
          "^(?!##)(?:\\$|\\+|#|PS [^>]{1,200}>|[^ ]{0,100}[$#❯]|\\[\\w+@[^\\]]{1,100}\\][$#]) \\S|Running command |Executing command: ");

  /** BuildKit prints this if it cannot read the manifest of an image. */
  private static final Pattern FAILED_METADATA =
      Pattern.compile(
          "^=> ERROR (?:\\[[^\\]]{0,100}internal\\] load metadata for|resolve image config for) ");

  /** BuildKit prints this for a base image that it has. */
  private static final Pattern CACHED_IMAGE =
      Pattern.compile("^=> CACHED \\[[^\\]]{1,100}\\] FROM (\\S{1,400})");

  /** Real errors show few requests; this bounds the memory for hostile logs. */
  private static final int MAX_URLS = 64;

  private final DockerfileContext dockerfile = new DockerfileContext();
  private final Map<String, StepState> stepStates = new HashMap<>();
  private final StepState shellState = new StepState();
  private final PullErrorLog errors = new PullErrorLog();
  private final CandidateImages candidates = new CandidateImages();

  /** The requests that errors without an image show. */
  private final List<RegistryRequestUrl> failedRequests = new ArrayList<>();

  /** Whether an error is about an image whose name is masked or cut. */
  private boolean unresolvable;

  /** The last error apart from any pull: the title of a report may give the reason. */
  private @Nullable ErrorPattern unrelatedError;

  /** Analyzes the next line. */
  void analyze(LogLine line) {
    var matches = LineMatches.of(line);
    var state = stateOf(line);
    var startsOtherBuild = FIRST_STEP.matcher(line.content()).find();
    if (CLASSIC_STEP.matcher(line.content()).find()
        && !(startsOtherBuild && state.isInFirstStep())) {
      completeStep(state);
    }
    updateState(line, matches, state);
    candidates.add(matches, state);
    if (isPullError(matches, state) || FAILED_METADATA.matcher(line.content()).find()) {
      var error = FailedImageResolver.toPullError(line, matches, state);
      errors.add(error);
      if (error.images().isEmpty() && failedRequests.size() < MAX_URLS) {
        failedRequests.addAll(matches.urls());
      }
      unresolvable |=
          matches.has(Activity.UNRESOLVED_SHORT_NAME)
              || FailedImageResolver.isUnresolvable(matches)
              || isPullUnresolvable(state);
      if (state.activity() == Activity.PULLING && error.images().size() == 1) {
        state.startPull(new ImageMention.Named(error.images().getFirst(), true, true));
      }
    } else if (!matches.has(Activity.NOT_A_PULL) && explainsPull(matches, state)) {
      unrelatedError = matches.errorPattern();
    }
    handleCompletion(line, matches, state);
  }

  /** Returns whether the error may be the reason of a pull that failed without one. */
  private static boolean explainsPull(LineMatches matches, StepState state) {
    return matches.errorPattern() != null
        && (!isUnrelatedActivity(state) || matches.errorPattern().clientSide());
  }

  /** Returns whether the step pulls an image whose name is masked or cut. */
  private static boolean isPullUnresolvable(StepState state) {
    return state.activity() == Activity.PULLING
        && !state.images().isEmpty()
        && state.resolvableImages().isEmpty();
  }

  PullErrorLog errors() {
    return errors;
  }

  /** Returns the images that failed; if no error names one, the only candidate. */
  List<ImageReference> images() {
    var images = errors.images();
    return images.isEmpty() && !unresolvable
        ? candidates.singleImage().stream()
            .filter(image -> failedRequests.stream().noneMatch(url -> url.contradicts(image)))
            .toList()
        : images;
  }

  /** Returns how the images were found. */
  Confidence confidence() {
    return errors.images().isEmpty() ? Confidence.NAMED_BY_CONTEXT : errors.confidence();
  }

  /** Returns the last error apart from any pull; null if there is none. */
  @Nullable ErrorPattern unrelatedError() {
    return unrelatedError;
  }

  private StepState stateOf(LogLine line) {
    var step = BUILDKIT_STEP.matcher(line.content());
    return step.find()
        ? stepStates.computeIfAbsent(step.group(1), number -> new StepState())
        : shellState;
  }

  private void updateState(LogLine line, LineMatches matches, StepState state) {
    if (COMMAND_PROMPT.matcher(line.content()).find()) {
      // The shell continued, so images of earlier commands are not the cause of the failure.
      candidates.resolve(state);
      state.switchTo(Activity.OTHER);
    }
    for (var toolPosition : matches.toolPositions()) {
      ContainerCommand.parse(line.text(), toolPosition)
          .ifPresent(command -> updateState(command, state));
    }
    if (!CACHED_IMAGE.matcher(line.content()).find()) {
      var isFirstStep = FIRST_STEP.matcher(line.content()).find();
      dockerfile
          .readLine(line.content())
          .ifPresent(instruction -> updateState(instruction, isFirstStep, state));
    }
    for (var match : matches.imageMatches()) {
      switch (match.activity()) {
        case PULLING -> state.startPull(candidates.qualify(match.mention(), state));
        case ALSO_PULLING -> addPull(line, match, state);
        default -> {}
      }
    }
    if (matches.errorPattern() == null && !matches.has(Activity.PUSH)) {
      for (var url : matches.urls()) {
        url.image().ifPresent(image -> state.startPull(new ImageMention.Named(image, true, true)));
      }
    }
    for (var activity : List.of(Activity.PUSH, Activity.LOGIN, Activity.CACHE, Activity.OTHER)) {
      if (matches.has(activity) && !isPullWithoutCredentials(activity, matches, state)) {
        state.switchTo(activity);
      }
    }
  }

  /** Returns whether a pull, and no login, failed because of a credential helper. */
  private static boolean isPullWithoutCredentials(
      Activity activity, LineMatches matches, StepState state) {
    return activity == Activity.LOGIN
        && state.activity() == Activity.PULLING
        && matches.errorPattern() != null
        && matches.errorPattern().clientSide();
  }

  /** BuildKit pulls several images at once, and marks those that fail. */
  private static void addPull(LogLine line, LineMatches.ImageMatch match, StepState state) {
    var before = line.lowerCase().substring(0, match.position());
    if (before.contains("=> error") || line.content().startsWith("> [")) {
      state.startPull(match.mention());
    } else if (!before.contains("=> canceled") && !before.contains("=> cached")) {
      state.addPull(match.mention());
    }
  }

  private static void updateState(ContainerCommand command, StepState state) {
    if (command.image() != null && command.activity() == Activity.PULL_RELATED) {
      state.startContainer(command.image());
    } else if (command.image() != null) {
      state.startPull(command.image());
    } else {
      state.switchTo(command.activity());
    }
  }

  /** Compose builds in parallel: their first steps follow each other without a result. */
  private static void updateState(
      DockerfileContext.Instruction instruction, boolean isFirstStep, StepState state) {
    if (instruction.image() != null && isFirstStep) {
      state.startFirstStep(instruction.image());
    } else if (instruction.image() != null) {
      state.startPull(instruction.image());
    } else {
      state.switchTo(Activity.OTHER);
    }
  }

  private boolean isPullError(LineMatches matches, StepState state) {
    if (matches.has(Activity.NOT_A_PULL)) {
      return false;
    }
    var concernsPull =
        matches.has(Activity.FAILED)
            || matches.has(Activity.PULL_FAILED)
            || matches.has(Activity.PULL_RELATED);
    if (isUnrelatedActivity(state)) {
      return matches.has(Activity.PULL_FAILED)
          || (state.activity() == Activity.LOGIN && matches.has(Activity.FAILED));
    }
    if (matches.errorPattern() == null) {
      return matches.has(Activity.PULL_FAILED);
    }
    if (isLoginResponse(matches, state)) {
      return false;
    }
    return concernsPull
        || state.activity() == Activity.PULLING
        || matches.errorPattern().specificity() == Specificity.DEFINITIVE;
  }

  private static boolean isUnrelatedActivity(StepState state) {
    return state.activity() == Activity.PUSH
        || state.activity() == Activity.LOGIN
        || state.activity() == Activity.CACHE;
  }

  /**
   * Returns whether the error is of {@code docker login}, as in {@code Get https://host/v2/:
   * unauthorized}: a pull would have requested a repository.
   */
  private static boolean isLoginResponse(LineMatches matches, StepState state) {
    var cause = matches.errorPattern() == null ? null : matches.errorPattern().cause();
    return !matches.urls().isEmpty()
        && matches.urls().stream().allMatch(url -> url.repository().isEmpty())
        && (cause == Cause.UNAUTHENTICATED || cause == Cause.ACCESS_DENIED)
        && !matches.has(Activity.FAILED)
        && !matches.has(Activity.PULL_FAILED)
        && state.images().isEmpty();
  }

  private void handleCompletion(LogLine line, LineMatches matches, StepState state) {
    if (matches.has(Activity.PULLED)) {
      completeStep(state);
      for (var match : matches.imageMatches()) {
        if (match.activity() == Activity.PULLED
            && match.mention() instanceof ImageMention.Named named) {
          errors.remove(named.image());
        }
      }
    }
    if (STEP_END.matcher(line.content()).find()) {
      completeStep(state);
    }
    var cached = CACHED_IMAGE.matcher(line.content());
    if (cached.find()) {
      ImageReference.parse(cached.group(1))
          .ifPresent(image -> {
            candidates.resolve(image);
            state.complete(image);
          });
    }
  }

  private void completeStep(StepState state) {
    candidates.resolve(state);
    state.complete();
  }
}
