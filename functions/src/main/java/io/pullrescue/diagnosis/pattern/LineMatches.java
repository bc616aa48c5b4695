package io.pullrescue.diagnosis.pattern;

import io.pullrescue.diagnosis.log.LogLine;
import io.pullrescue.diagnosis.pattern.AhoCorasickMatcher.Match;
import io.pullrescue.diagnosis.pattern.LogPattern.Activity;
import io.pullrescue.diagnosis.pattern.LogPattern.ContextPattern;
import io.pullrescue.diagnosis.pattern.LogPattern.ErrorPattern;
import io.pullrescue.diagnosis.reference.ImageMention;
import io.pullrescue.diagnosis.reference.ReferenceExtractor;
import io.pullrescue.diagnosis.reference.ReferencePosition;
import io.pullrescue.diagnosis.reference.ReferenceScanner;
import io.pullrescue.diagnosis.reference.RegistryRequestUrl;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The matches of all patterns in one line.
 *
 * @param errorPattern the error pattern with the lowest rank; null if the line has none
 * @param activities the activities that the line mentions
 * @param imageMatches the images that the line names, with the activity of each
 * @param urls the requests to registries that the line shows
 * @param toolPositions the indexes of the names of container tools
 * @param errorStart the index of the phrase of the error pattern, or else of the first phrase that
 *     says that a pull failed; the length of the line if it has neither
 */
public record LineMatches(
    @Nullable ErrorPattern errorPattern,
    Set<Activity> activities,
    List<ImageMatch> imageMatches,
    List<RegistryRequestUrl> urls,
    List<Integer> toolPositions,
    int errorStart) {
  /** An image with the activity of the phrase beside it, and the index of that phrase. */
  public record ImageMatch(Activity activity, ImageMention mention, int position) {}

  private static final AhoCorasickMatcher<LogPattern> MATCHER = new AhoCorasickMatcher<>(phrases());

  private static final Comparator<Match<LogPattern>> LONGEST_FIRST =
      Comparator.comparingInt((Match<LogPattern> match) -> match.start())
          .thenComparingInt(match -> -match.end());

  private static final ImageMention TRUNCATED = new ImageMention.Unresolvable();

  /** Real lines name few images; this bounds the cost of a line made of nothing else. */
  private static final int MAX_REFERENCES = 64;

  private static List<Map.Entry<String, LogPattern>> phrases() {
    List<Map.Entry<String, LogPattern>> phrases = new ArrayList<>(ErrorPatterns.phrases());
    phrases.addAll(ContextPatterns.phrases());
    return phrases;
  }

  /** Finds the patterns of both tables in this line. */
  public static LineMatches of(LogLine line) {
    var collector = new Collector(line);
    List<Match<LogPattern>> errors = new ArrayList<>();
    for (var match : MATCHER.find(line.lowerCase())) {
      switch (match.value()) {
        case ErrorPattern _ -> errors.add(match);
        case ContextPattern context -> collector.addContext(context, match.start(), match.end());
      }
    }
    collector.addErrors(errors);
    return collector.toLineMatches();
  }

  public boolean has(Activity activity) {
    return activities.contains(activity);
  }

  /** Collects the matches of one line. */
  private static final class Collector {
    private final String text;
    private final boolean isLast;
    private final Set<Activity> activities = EnumSet.noneOf(Activity.class);
    private final List<ImageMatch> imageMatches = new ArrayList<>();
    private final List<RegistryRequestUrl> urls = new ArrayList<>();
    private final List<Integer> toolPositions = new ArrayList<>();
    private @Nullable ErrorPattern errorPattern;
    private int errorStart;
    private int referenceCount;

    Collector(LogLine line) {
      this.text = line.text();
      this.isLast = line.isLast();
      this.errorStart = text.length();
    }

    /** Skips what is part of a longer phrase: {@code gateway timeout} is not a {@code timeout}. */
    void addErrors(List<Match<LogPattern>> errors) {
      errors.sort(LONGEST_FIRST);
      var end = 0;
      for (var match : errors) {
        if (match.end() > end && match.value() instanceof ErrorPattern found) {
          end = match.end();
          if (errorPattern == null || found.rank() < errorPattern.rank()) {
            errorPattern = found;
            errorStart = match.start();
          }
        }
      }
    }

    void addContext(ContextPattern context, int start, int end) {
      if (isError(context.activity())) {
        errorStart = Math.min(errorStart, start);
      }
      if (context.position() == ReferencePosition.NONE) {
        activities.add(context.activity());
      } else if (referenceCount++ < MAX_REFERENCES) {
        addReference(context, start, end);
      }
    }

    private void addReference(ContextPattern context, int start, int end) {
      switch (context.position()) {
        case TOOL -> addTool(start, end);
        case URL ->
            RegistryRequestUrl.parseAround(text, start)
                .ifPresent(url -> {
                  urls.add(url);
                  activities.add(Activity.PULL_RELATED);
                });
        case HOST -> RegistryRequestUrl.parseHost(text, end).ifPresent(urls::add);
        default -> {
          var mention = ReferenceExtractor.extract(context.position(), text, start, end);
          mention.ifPresent(found ->
              imageMatches.add(
                  new ImageMatch(
                      context.activity(),
                      isTruncated(found, context.activity()) ? TRUNCATED : found,
                      start)));
          if (mention.isPresent() || context.position().matchesWithoutReference()) {
            activities.add(context.activity());
          }
        }
      }
    }

    /** Skips names of files such as {@code docker-compose.yml}. */
    private void addTool(int start, int end) {
      if (end == text.length() || !ReferenceScanner.isReferenceCharacter(text.charAt(end))) {
        toolPositions.add(start);
      }
    }

    /** Returns whether the name may be cut: in an error, text follows a complete name. */
    private boolean isTruncated(ImageMention mention, Activity activity) {
      if (!(mention instanceof ImageMention.Named named)) {
        return false;
      }
      return switch (named.ending()) {
        case FOLLOWED_BY_TEXT -> false;
        case END_OF_LINE ->
            isLast && !named.pinned() && (isError(activity) || activity == Activity.ALSO_PULLING);
        case ELLIPSIS -> isError(activity);
      };
    }

    private static boolean isError(Activity activity) {
      return activity == Activity.FAILED || activity == Activity.PULL_FAILED;
    }

    LineMatches toLineMatches() {
      return new LineMatches(
          errorPattern, activities, imageMatches, urls, toolPositions, errorStart);
    }
  }
}
