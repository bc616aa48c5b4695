package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.Clue.Form;
import io.pullrescue.diagnosis.MentionReader.Place;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** How the tools put a reference beside a phrase. */
final class Grammar {
  private static final int LONGEST_SERVICE = 128;
  private static final int LONGEST_NAME = 600;
  private static final String TAG = "tag=";

  /** A slash, a colon, an at sign. */
  private static final Pattern ESCAPE = Pattern.compile("%(2[Ff]|3[Aa]|40)");

  private static final List<String> NOT_FOUND =
      List.of(" not found", " does not exist", " Error ", " Warning ", " could not be accessed");
  private static final List<String> PULLING = List.of(" Pulling");

  private Grammar() {}

  /** The image that is named beside the phrase at {@code [start, end)}. */
  static Optional<Mention> mention(Form form, String text, int start, int end) {
    return switch (form) {
      case NONE, TOOL, URL -> Optional.empty();
      case AFTER -> MentionReader.after(text, end, Place.LOOSE);
      case AFTER_STRICTLY -> MentionReader.after(text, end, Place.STRICT);
      case AFTER_IF_QUALIFIED ->
          MentionReader.after(text, end, Place.LOOSE).filter(Grammar::isQualified);
      case AFTER_IF_PINNED -> MentionReader.after(text, end, Place.LOOSE).filter(Grammar::isPinned);
      case AFTER_NOT -> followedBy(text, end, NOT_FOUND);
      case AFTER_PULLING -> followedBy(text, end, PULLING);
      case AFTER_QUALIFIED -> MentionReader.after(text, end, Place.LOOSE).map(Grammar::qualified);
      case AFTER_FULL -> MentionReader.after(text, end, Place.LOOSE).map(Grammar::full);
      case AFTER_COLON -> afterColons(text, end);
      case BEFORE -> MentionReader.before(text, start);
      case BEFORE_IF_QUALIFIED -> MentionReader.before(text, start).filter(Grammar::isQualified);
      case QUERY -> query(text, end);
      case TAG_IN -> tagIn(text, end);
      case TAG_BEFORE -> tagBefore(text, start, end);
      case TAG_FROM -> tagFrom(text, end);
      case TAG_NOT_FOUND -> tagNotFound(text, start, end);
      case API_PATH -> apiPath(text, end);
      case IN_BRACKETS -> inBrackets(text, end);
    };
  }

  private static Optional<Mention> followedBy(String text, int end, List<String> states) {
    if (!text.startsWith(" ", end)) {
      return Optional.empty();
    }
    var mention = MentionReader.after(text, end, Place.STRICT);
    for (var state : states) {
      var at = text.indexOf(state, end, Math.min(text.length(), end + LONGEST_NAME));
      if (at > end + 1 && text.substring(end, at).strip().indexOf(' ') < 0) {
        return mention;
      }
    }
    return MentionReader.isMask(text, end) ? mention : Optional.empty();
  }

  private static boolean isQualified(Mention mention) {
    return mention instanceof Mention.Named named && named.qualified();
  }

  private static boolean isPinned(Mention mention) {
    return mention instanceof Mention.Named named && named.pinned();
  }

  /** A name without a registry is then a masked one. */
  private static Mention qualified(Mention mention) {
    return isQualified(mention) ? mention : new Mention.Unreadable();
  }

  /** A name without a tag is then a cut one. */
  private static Mention full(Mention mention) {
    return isPinned(mention) ? qualified(mention) : new Mention.Unreadable();
  }

  /** {@code failed to solve: DeadlineExceeded: alpine:3: failed to resolve}. */
  private static Optional<Mention> afterColons(String text, int from) {
    var start = from;
    for (var i = 0; i < 6; i++) {
      var mention = MentionReader.after(text, start, Place.LOOSE);
      if (mention.isPresent() && mention.get() instanceof Mention.Named) {
        return mention;
      }
      var colon = text.indexOf(": ", start, Math.min(text.length(), start + LONGEST_NAME));
      if (colon < 0) {
        return Optional.empty();
      }
      start = colon + 2;
    }
    return Optional.empty();
  }

  private static Optional<Mention> tagIn(String text, int end) {
    var start = Math.min(text.length(), end + 1);
    var stop = MentionReader.endOfReference(text, start);
    if (stop == start || !text.startsWith(" in ", stop)) {
      return Optional.empty();
    }
    var tag = text.substring(start, stop);
    var from = stop + " in ".length();
    var name = text.substring(from, MentionReader.endOfReference(text, from));
    return from + name.length() == text.length() && !name.endsWith(":")
        ? Optional.of(new Mention.Unreadable())
        : MentionReader.named(withoutColon(name) + (tag.indexOf(':') > 0 ? "@" : ":") + tag);
  }

  /** {@code (TAG) from REPOSITORY}, as the first Dockers wrote it. */
  private static Optional<Mention> tagFrom(String text, int end) {
    var close = text.indexOf(") from ", end, Math.min(text.length(), end + LONGEST_SERVICE));
    if (!text.startsWith(" (", end) || close < 0) {
      return Optional.empty();
    }
    return MentionReader.named(
        word(text, close + ") from ".length()) + ":" + text.substring(end + 2, close));
  }

  private static Optional<Mention> tagNotFound(String text, int start, int end) {
    var tag = text.lastIndexOf("ag ", start);
    return tag < 0 || start - tag > LONGEST_SERVICE || !text.startsWith(" ", end)
        ? Optional.empty()
        : MentionReader.named(
            word(text, end + 1) + ":" + text.substring(tag + "ag ".length(), start).strip());
  }

  private static Optional<Mention> apiPath(String text, int start) {
    var end = text.indexOf("/json", start, Math.min(text.length(), start + LONGEST_NAME));
    return end < 0 ? Optional.empty() : MentionReader.named(text.substring(start, end));
  }

  private static Optional<Mention> tagBefore(String text, int start, int end) {
    var from = start;
    while (from > 0
        && start - from < 200
        && MentionReader.isReferenceCharacter(text.charAt(from - 1))) {
      from--;
    }
    if (from > 0 && MentionReader.isMask(text.charAt(from - 1))) {
      return Optional.of(new Mention.Unreadable());
    }
    var tag = text.substring(from, start);
    var nameStart = Math.min(text.length(), end + 1);
    var name = text.substring(nameStart, MentionReader.endOfReference(text, nameStart));
    return name.equals("host") || name.isEmpty()
        ? Optional.empty()
        : MentionReader.named(name + (tag.indexOf(':') > 0 ? "@" : ":") + tag);
  }

  /** {@code images/create?fromImage=REPOSITORY&tag=TAG}, in either order. */
  private static Optional<Mention> query(String text, int end) {
    var name = decoded(text, end);
    var from = Math.max(0, end - LONGEST_SERVICE);
    var tag = text.indexOf(TAG, from, Math.min(text.length(), end + LONGEST_NAME));
    if (tag < 0 || MentionReader.isPinned(name)) {
      return MentionReader.named(name);
    }
    var start = tag + TAG.length();
    return MentionReader.named(name + ":" + word(text, start));
  }

  /** A word of a query, with the marks of a reference instead of their escapes. */
  private static String decoded(String text, int start) {
    var stop = Math.min(text.length(), start + LONGEST_NAME);
    var end = start;
    while (end < stop
        && (text.charAt(end) == '%' || MentionReader.isReferenceCharacter(text.charAt(end)))) {
      end++;
    }
    return withoutColon(
        ESCAPE
            .matcher(text.substring(start, end))
            .replaceAll(escape -> Character.toString(Integer.parseInt(escape.group(1), 16))));
  }

  /** What could be a reference here, without the colon that may follow it. */
  private static String word(String text, int start) {
    return withoutColon(text.substring(start, MentionReader.endOfReference(text, start)));
  }

  private static String withoutColon(String word) {
    return word.endsWith(":") ? word.substring(0, word.length() - 1) : word;
  }

  private static Optional<Mention> inBrackets(String text, int end) {
    var start = Math.min(text.length(), end + 1);
    var open = text.indexOf(" (", start, Math.min(text.length(), start + LONGEST_SERVICE));
    if (open < 0 || text.substring(start, open).indexOf(' ') >= 0) {
      return Optional.empty();
    }
    var close = text.indexOf(')', open, Math.min(text.length(), open + LONGEST_NAME));
    return close < 0 || !text.startsWith("...", close + 1)
        ? Optional.empty()
        : MentionReader.after(text, open + 2, Place.STRICT)
            .or(() -> Optional.of(new Mention.Unreadable()));
  }
}
