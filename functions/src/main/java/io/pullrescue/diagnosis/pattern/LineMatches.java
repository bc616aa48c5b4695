package io.pullrescue.diagnosis.pattern;

import io.pullrescue.diagnosis.log.LogLine;
import io.pullrescue.diagnosis.pattern.AhoCorasickMatcher.Match;
import io.pullrescue.diagnosis.pattern.ContextPattern.Activity;
import io.pullrescue.diagnosis.pattern.ContextPattern.ReferencePosition;
import io.pullrescue.diagnosis.reference.ImageMention;
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
 * All that one line says.
 *
 * @param errorPattern the most telling one; null where it speaks of no error that we know
 * @param activities what it speaks of
 * @param imageMatches the images it names, by what it says of them
 * @param urls the requests to registries that it shows
 * @param toolPositions where it names a container tool
 */
public record LineMatches(
    @Nullable ErrorPattern errorPattern,
    Set<Activity> activities,
    List<ImageMatch> imageMatches,
    List<RegistryRequestUrl> urls,
    List<Integer> toolPositions) {
  /** An image, and what is said of it. */
  public record ImageMatch(Activity activity, ImageMention mention, int position) {}

  private static final AhoCorasickMatcher<LogPattern> MATCHER = new AhoCorasickMatcher<>(phrases());

  private static final Comparator<Match<LogPattern>> LONGEST_FIRST =
      Comparator.comparingInt((Match<LogPattern> hit) -> hit.start())
          .thenComparingInt(hit -> -hit.end());

  private static final ImageMention TRUNCATED = new ImageMention.Unresolvable();

  /** Real lines name few images; a line made of nothing else is not searched to its end. */
  private static final int MAX_REFERENCES = 64;

  private static List<Map.Entry<String, LogPattern>> phrases() {
    List<Map.Entry<String, LogPattern>> phrases = new ArrayList<>(ErrorPatterns.phrases());
    phrases.addAll(ContextPatterns.phrases());
    return phrases;
  }

  public static LineMatches of(LogLine line) {
    var collector = new Collector(line);
    List<Match<LogPattern>> errors = new ArrayList<>();
    for (var match : MATCHER.find(line.lowerCase())) {
      switch (match.value()) {
        case ErrorPattern error -> errors.add(match);
        case ContextPattern context -> collector.addContext(context, match.start(), match.end());
      }
    }
    collector.addErrors(errors);
    return collector.toLineMatches();
  }

  public boolean has(Activity activity) {
    return activities.contains(activity);
  }

  /** Gathers the signs of one line. */
  private static final class Collector {
    private final String text;
    private final boolean isLast;
    private final Set<Activity> activities = EnumSet.noneOf(Activity.class);
    private final List<ImageMatch> imageMatches = new ArrayList<>();
    private final List<RegistryRequestUrl> urls = new ArrayList<>();
    private final List<Integer> toolPositions = new ArrayList<>();
    private @Nullable ErrorPattern errorPattern;
    private int referenceCount;

    Collector(LogLine line) {
      this.text = line.text();
      this.isLast = line.isLast();
    }

    /** Part of a longer phrase says nothing by itself: {@code gateway timeout} is no timeout. */
    void addErrors(List<Match<LogPattern>> errors) {
      errors.sort(LONGEST_FIRST);
      var end = 0;
      for (var match : errors) {
        if (match.end() > end && match.value() instanceof ErrorPattern found) {
          end = match.end();
          errorPattern =
              errorPattern == null || found.rank() < errorPattern.rank() ? found : errorPattern;
        }
      }
    }

    void addContext(ContextPattern context, int start, int end) {
      if (context.position() == ReferencePosition.NONE) {
        activities.add(context.activity());
      } else if (referenceCount++ < MAX_REFERENCES) {
        addReference(context, start, end);
      }
    }

    private void addReference(ContextPattern context, int start, int end) {
      switch (context.position()) {
        case TOOL -> addTool(start, end);
        case URL -> RegistryRequestUrl.parseAround(text, start).ifPresent(urls::add);
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

    /** {@code docker-compose.yml} is no command. */
    private void addTool(int start, int end) {
      if (end == text.length() || !ReferenceScanner.isReferenceCharacter(text.charAt(end))) {
        toolPositions.add(start);
      }
    }

    /** An error goes on after the name; where nothing does, the name may not be whole. */
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
      if (!urls.isEmpty()) {
        activities.add(Activity.PULL_RELATED);
      }
      return new LineMatches(errorPattern, activities, imageMatches, urls, toolPositions);
    }
  }
}
