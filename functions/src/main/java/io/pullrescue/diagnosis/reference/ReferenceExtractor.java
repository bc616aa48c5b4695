package io.pullrescue.diagnosis.reference;

import io.pullrescue.diagnosis.reference.ReferenceScanner.Strictness;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Extracts the image reference beside a phrase, at each of the positions that tools use. */
public final class ReferenceExtractor {
  private static final int MAX_SERVICE_LENGTH = 128;
  private static final int MAX_NAME_LENGTH = 600;
  private static final String TAG_PARAMETER = "tag=";

  /** Go prints this before the name of a program that it cannot start. */
  private static final String PROGRAM_PREFIX = "exec: ";

  private static final List<String> TAG_SEPARATORS = List.of(" with tag ", " tag ");

  /** An escaped slash, colon or at sign. */
  private static final Pattern PERCENT_ESCAPE = Pattern.compile("%(2[Ff]|3[Aa]|40)");

  private static final List<String> NOT_FOUND_SUFFIXES =
      List.of(
          " not found",
          " does not exist",
          " Error ",
          " Warning ",
          " could not be accessed",
          " in container group");
  private static final List<String> PULLING_SUFFIXES = List.of(" Pulling");

  private ReferenceExtractor() {}

  /** Returns the image named beside the phrase at {@code [start, end)}. */
  public static Optional<ImageMention> extract(
      ReferencePosition position, String text, int start, int end) {
    return switch (position) {
      case NONE, TOOL, URL, HOST -> Optional.empty();
      case AFTER -> ReferenceScanner.referenceAfter(text, end, Strictness.LENIENT);
      case AFTER_STRICT -> ReferenceScanner.referenceAfter(text, end, Strictness.STRICT);
      case AFTER_IF_QUALIFIED ->
          ReferenceScanner.referenceAfter(text, end, Strictness.LENIENT)
              .filter(ReferenceExtractor::isQualified);
      case AFTER_IF_PINNED ->
          ReferenceScanner.referenceAfter(text, end, Strictness.LENIENT)
              .filter(ReferenceExtractor::isPinned);
      case AFTER_IF_NOT_FOUND -> afterIfFollowedBy(text, end, NOT_FOUND_SUFFIXES);
      case AFTER_IF_PULLING -> afterIfFollowedBy(text, end, PULLING_SUFFIXES);
      case AFTER_QUALIFIED ->
          ReferenceScanner.referenceAfter(text, end, Strictness.LENIENT)
              .map(ReferenceExtractor::requireQualified);
      case AFTER_FULL_NAME ->
          ReferenceScanner.referenceAfter(text, end, Strictness.LENIENT)
              .map(ReferenceExtractor::requireFullName);
      case AFTER_COLON -> afterColon(text, end);
      case BEFORE -> ReferenceScanner.referenceBefore(text, start);
      case BEFORE_IF_QUALIFIED ->
          ReferenceScanner.referenceBefore(text, start).filter(ReferenceExtractor::isQualified);
      case QUERY -> query(text, end);
      case TAG_IN -> tagIn(text, end);
      case TAG_AFTER -> tagAfter(text, end);
      case TAG_BEFORE -> tagBefore(text, start, end);
      case TAG_FROM -> tagFrom(text, end);
      case TAG_NOT_FOUND -> tagNotFound(text, start, end);
      case API_PATH -> apiPath(text, end);
      case IN_PARENTHESES -> inParentheses(text, end);
    };
  }

  private static Optional<ImageMention> afterIfFollowedBy(
      String text, int end, List<String> suffixes) {
    if (!text.startsWith(" ", end)) {
      return Optional.empty();
    }
    var mention = ReferenceScanner.referenceAfter(text, end, Strictness.STRICT);
    for (var suffix : suffixes) {
      var index = text.indexOf(suffix, end, Math.min(text.length(), end + MAX_NAME_LENGTH));
      if (index > end + 1 && text.substring(end, index).strip().indexOf(' ') < 0) {
        return mention;
      }
    }
    return ReferenceScanner.isMaskedAt(text, end) ? mention : Optional.empty();
  }

  private static boolean isQualified(ImageMention mention) {
    return mention instanceof ImageMention.Named named && named.qualified();
  }

  private static boolean isPinned(ImageMention mention) {
    return mention instanceof ImageMention.Named named && named.pinned();
  }

  /** Treats a name without a registry as masked. */
  private static ImageMention requireQualified(ImageMention mention) {
    return isQualified(mention) ? mention : new ImageMention.Unresolvable();
  }

  /** Treats a name without a tag as cut. */
  private static ImageMention requireFullName(ImageMention mention) {
    return isPinned(mention) ? requireQualified(mention) : new ImageMention.Unresolvable();
  }

  /** Parses {@code failed to solve: DeadlineExceeded: alpine:3: failed to resolve}. */
  private static Optional<ImageMention> afterColon(String text, int from) {
    var start = from;
    for (var i = 0; i < 6; i++) {
      if (text.startsWith(PROGRAM_PREFIX, start)) {
        return Optional.empty();
      }
      var mention = ReferenceScanner.referenceAfter(text, start, Strictness.LENIENT);
      if (mention.isPresent() && mention.get() instanceof ImageMention.Named) {
        return mention;
      }
      var colon = text.indexOf(": ", start, Math.min(text.length(), start + MAX_NAME_LENGTH));
      if (colon < 0) {
        return Optional.empty();
      }
      start = colon + 2;
    }
    return Optional.empty();
  }

  private static Optional<ImageMention> tagIn(String text, int end) {
    var start = Math.min(text.length(), end + 1);
    var stop = ReferenceScanner.referenceEnd(text, start);
    if (stop == start || !text.startsWith(" in ", stop)) {
      return Optional.empty();
    }
    var tag = text.substring(start, stop);
    var from = stop + " in ".length();
    var name = text.substring(from, ReferenceScanner.referenceEnd(text, from));
    return from + name.length() == text.length() && !name.endsWith(":")
        ? Optional.of(new ImageMention.Unresolvable())
        : ReferenceScanner.parse(
            stripTrailingColon(name) + (tag.indexOf(':') > 0 ? "@" : ":") + tag);
  }

  /** Parses {@code (TAG) from REPOSITORY}, as printed by early versions of Docker. */
  private static Optional<ImageMention> tagFrom(String text, int end) {
    var close = text.indexOf(") from ", end, Math.min(text.length(), end + MAX_SERVICE_LENGTH));
    if (!text.startsWith(" (", end) || close < 0) {
      return Optional.empty();
    }
    return ReferenceScanner.parse(
        referenceAt(text, close + ") from ".length()) + ":" + text.substring(end + 2, close));
  }

  /** Parses {@code REPOSITORY with tag TAG}, as Home Assistant prints it. */
  private static Optional<ImageMention> tagAfter(String text, int end) {
    var name = referenceAt(text, Math.min(text.length(), end + 1));
    var from = end + 1 + name.length();
    for (var separator : TAG_SEPARATORS) {
      if (!name.isEmpty() && text.startsWith(separator, from)) {
        var tag = stripTrailingDots(referenceAt(text, from + separator.length()));
        return tag.isEmpty() ? Optional.empty() : ReferenceScanner.parse(name + ":" + tag);
      }
    }
    return Optional.empty();
  }

  private static String stripTrailingDots(String tag) {
    var end = tag.length();
    while (end > 0 && tag.charAt(end - 1) == '.') {
      end--;
    }
    return tag.substring(0, end);
  }

  private static Optional<ImageMention> tagNotFound(String text, int start, int end) {
    var tag = text.lastIndexOf("ag ", start);
    return tag < 0 || start - tag > MAX_SERVICE_LENGTH || !text.startsWith(" ", end)
        ? Optional.empty()
        : ReferenceScanner.parse(
            referenceAt(text, end + 1) + ":" + text.substring(tag + "ag ".length(), start).strip());
  }

  private static Optional<ImageMention> apiPath(String text, int start) {
    var end = text.indexOf("/json", start, Math.min(text.length(), start + MAX_NAME_LENGTH));
    return end < 0 ? Optional.empty() : ReferenceScanner.parse(text.substring(start, end));
  }

  private static Optional<ImageMention> tagBefore(String text, int start, int end) {
    var from = start;
    while (from > 0
        && start - from < 200
        && ReferenceScanner.isReferenceCharacter(text.charAt(from - 1))) {
      from--;
    }
    if (from > 0 && ReferenceScanner.isMaskCharacter(text.charAt(from - 1))) {
      return Optional.of(new ImageMention.Unresolvable());
    }
    var tag = text.substring(from, start);
    var nameStart = Math.min(text.length(), end + 1);
    var name = text.substring(nameStart, ReferenceScanner.referenceEnd(text, nameStart));
    return name.equals("host") || name.isEmpty()
        ? Optional.empty()
        : ReferenceScanner.parse(name + (tag.indexOf(':') > 0 ? "@" : ":") + tag);
  }

  /** Parses {@code images/create?fromImage=REPOSITORY&tag=TAG}, in either order. */
  private static Optional<ImageMention> query(String text, int end) {
    var name = decodeQueryValue(text, end);
    var from = Math.max(0, end - MAX_SERVICE_LENGTH);
    var tag = text.indexOf(TAG_PARAMETER, from, Math.min(text.length(), end + MAX_NAME_LENGTH));
    if (tag < 0 || ReferenceScanner.isPinned(name)) {
      return ReferenceScanner.parse(name);
    }
    var value = referenceAt(text, tag + TAG_PARAMETER.length());
    return ReferenceScanner.parse(value.isEmpty() ? name : name + ":" + value);
  }

  /** Returns a value of a query with the separators of a reference unescaped. */
  private static String decodeQueryValue(String text, int start) {
    var stop = Math.min(text.length(), start + MAX_NAME_LENGTH);
    var end = start;
    while (end < stop
        && (text.charAt(end) == '%' || ReferenceScanner.isReferenceCharacter(text.charAt(end)))) {
      end++;
    }
    return stripTrailingColon(
        PERCENT_ESCAPE
            .matcher(text.substring(start, end))
            .replaceAll(escape -> Character.toString(Integer.parseInt(escape.group(1), 16))));
  }

  /** Returns the characters of a reference at this index, without a colon after them. */
  private static String referenceAt(String text, int start) {
    return stripTrailingColon(text.substring(start, ReferenceScanner.referenceEnd(text, start)));
  }

  private static String stripTrailingColon(String word) {
    return word.endsWith(":") ? word.substring(0, word.length() - 1) : word;
  }

  private static Optional<ImageMention> inParentheses(String text, int end) {
    var start = Math.min(text.length(), end + 1);
    var open = text.indexOf(" (", start, Math.min(text.length(), start + MAX_SERVICE_LENGTH));
    if (open < 0 || text.substring(start, open).indexOf(' ') >= 0) {
      return Optional.empty();
    }
    var close = text.indexOf(')', open, Math.min(text.length(), open + MAX_NAME_LENGTH));
    return close < 0 || !text.startsWith("...", close + 1)
        ? Optional.empty()
        : ReferenceScanner.referenceAfter(text, open + 2, Strictness.STRICT)
            .or(() -> Optional.of(new ImageMention.Unresolvable()));
  }
}
