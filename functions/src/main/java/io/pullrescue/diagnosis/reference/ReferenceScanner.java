package io.pullrescue.diagnosis.reference;

import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Scans image references in text. Every method looks at a bounded part of the line. */
public final class ReferenceScanner {
  private static final int MAX_LENGTH = 600;
  private static final ImageMention UNRESOLVABLE = new ImageMention.Unresolvable();
  private static final List<String> TRANSPORTS =
      List.of("docker://", "docker-image://", "oci://", "docker-daemon://");

  /** Characters that occur where a name was masked. */
  private static final String MASK_CHARACTERS = "<>*{}$%#~|+=&?!…\\";

  private static final String BOLD_MARKER = "**";

  private static final Pattern IMAGE_ID = Pattern.compile("[0-9a-f]{64}|[0-9a-f]{12}");

  private static final Set<String> PROSE_WORDS =
      Set.of(
          ("a an all and any are as at be by cache can cannot config container could does error exists"
                  + " failed for from has image images in index is it its layer layers local manifest"
                  + " may multiple name new not of on or private public reference repository should some"
                  + " source specified tag that the these this to url version was were when which with"
                  + " you your")
              .split(" "));

  private ReferenceScanner() {}

  /** States whether a plain word, without registry, tag and digest, is accepted as a reference. */
  public enum Strictness {
    /** Only a reference can occur at this place: a plain word is one. */
    STRICT,
    /** Other words can occur at this place: a plain word must be quoted. */
    LENIENT
  }

  /** Returns the reference that starts at this index, after opening quotes and the like. */
  public static Optional<ImageMention> referenceAfter(
      String text, int from, Strictness strictness) {
    var start = skipOpeningDelimiters(text, from);
    var end = referenceEnd(text, start);
    var quoted = start > from && "\"'".indexOf(text.charAt(start - 1)) >= 0;
    var delimited = quoted || (start > from && "/*".indexOf(text.charAt(start - 1)) >= 0);
    if (end == start) {
      var masked = start < text.length() && MASK_CHARACTERS.indexOf(text.charAt(start)) >= 0;
      return masked && start - from <= 2 ? Optional.of(UNRESOLVABLE) : Optional.empty();
    }
    var written = trimPunctuation(text.substring(start, end));
    if ((isPartlyMasked(text, end) && !isBold(text, start, end))
        || (quoted && isTruncated(text, end))) {
      return Optional.of(withoutTruncatedDigest(written).orElse(UNRESOLVABLE));
    }
    if (start > from && text.charAt(start - 1) == '[' && !looksLikeReference(written)) {
      return Optional.of(UNRESOLVABLE);
    }
    if (!delimited
        && !(strictness == Strictness.LENIENT
            ? looksLikeReference(written)
            : isPlausibleName(written))) {
      return Optional.empty();
    }
    return parse(written).map(mention -> withEnding(mention, text, start + written.length(), end));
  }

  /** Adds what follows the name, of which only punctuation precedes {@code end}. */
  private static ImageMention withEnding(ImageMention mention, String text, int from, int end) {
    return !(mention instanceof ImageMention.Named named)
        ? mention
        : text.startsWith("..", from)
            ? named.withEnding(ImageMention.Ending.ELLIPSIS)
            : end == text.length() ? named.withEnding(ImageMention.Ending.END_OF_LINE) : named;
  }

  /** Returns the reference with a tag or digest that ends before this index. */
  public static Optional<ImageMention> referenceBefore(String text, int end) {
    var start = end;
    while (start > 0 && end - start < MAX_LENGTH && isReferenceCharacter(text.charAt(start - 1))) {
      start--;
    }
    var written = text.substring(start, end);
    if (!isPinned(written)) {
      return Optional.empty();
    }
    return start > 0 && MASK_CHARACTERS.indexOf(text.charAt(start - 1)) >= 0
        ? Optional.of(UNRESOLVABLE)
        : parse(written).filter(ImageMention.Named.class::isInstance);
  }

  /** Returns whether the text at this index was masked. */
  public static boolean isMaskedAt(String text, int from) {
    var start = skipOpeningDelimiters(text, from);
    return start > from
        && start < text.length()
        && MASK_CHARACTERS.indexOf(text.charAt(start)) >= 0;
  }

  /** Parses a whole word as a reference; empty only if the word is. */
  public static Optional<ImageMention> parse(String written) {
    if (written.isEmpty()) {
      return Optional.empty();
    }
    var image = ImageReference.parse(written);
    return Optional.of(
        image
            .filter(ReferenceScanner::isImageName)
            .<ImageMention>map(
                i -> new ImageMention.Named(i, isPinned(written), isQualified(written, i)))
            .or(() -> withoutTruncatedDigest(written))
            .orElse(UNRESOLVABLE));
  }

  /** Returns the tagged reference before a digest that was cut or masked. */
  private static Optional<ImageMention> withoutTruncatedDigest(String written) {
    var digest = written.indexOf("@sha256:");
    var tagged = digest < 0 ? "" : written.substring(0, digest);
    return ImageReference.parse(tagged)
        .filter(image -> isPinned(tagged) && isImageName(image))
        .map(image -> new ImageMention.Named(image, true, isQualified(tagged, image)));
  }

  /** Rejects IDs, digests and request paths, which tools print where a name is missing. */
  private static boolean isImageName(ImageReference image) {
    var last = image.repository().substring(image.repository().lastIndexOf('/') + 1);
    return !last.equals("sha256")
        && !image.repository().startsWith("v2/")
        && !IMAGE_ID.matcher(last).matches();
  }

  /** Returns whether the text of a reference has a tag or digest. */
  public static boolean isPinned(String written) {
    return written.indexOf('@') >= 0 || written.lastIndexOf(':') > written.lastIndexOf('/');
  }

  private static boolean isQualified(String written, ImageReference image) {
    return !image.registry().equals(ImageReference.DOCKER_HUB) || written.contains("docker.io/");
  }

  static boolean looksLikeReference(String written) {
    return written.indexOf('/') > 0 || written.indexOf(':') > 0 || written.indexOf('@') > 0;
  }

  /** Rejects words of prose where a plain word is accepted. */
  private static boolean isPlausibleName(String written) {
    return looksLikeReference(written) || !PROSE_WORDS.contains(written.toLowerCase(Locale.ROOT));
  }

  private static int skipOpeningDelimiters(String text, int from) {
    var i = from;
    while (i < text.length() && i < from + 8 && " :=\"'([".indexOf(text.charAt(i)) >= 0) {
      i++;
    }
    if (isBoldMarker(text, i)) {
      i += BOLD_MARKER.length();
    }
    for (var transport : TRANSPORTS) {
      if (text.startsWith(transport, i)) {
        return i + transport.length();
      }
    }
    return i;
  }

  /** Returns whether bold text in Markdown opens or closes here; three stars are a mask. */
  private static boolean isBoldMarker(String text, int index) {
    return index >= 0
        && text.startsWith(BOLD_MARKER, index)
        && !text.startsWith("*", index + BOLD_MARKER.length())
        && (index == 0 || text.charAt(index - 1) == ' ');
  }

  /** Returns whether the name is bold text in Markdown. */
  private static boolean isBold(String text, int start, int end) {
    return isBoldMarker(text, start - BOLD_MARKER.length())
        && text.startsWith(BOLD_MARKER, end)
        && !text.startsWith("*", end + BOLD_MARKER.length());
  }

  /** Returns the end of the characters from this index on that can belong to a reference. */
  public static int referenceEnd(String text, int start) {
    var i = start;
    while (i < text.length() && i < start + MAX_LENGTH && isReferenceCharacter(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /**
   * Returns whether masked text is attached to the end of a name. A closing brace is not a mask: it
   * belongs to one before the name, as in {@code Template{image=a/b:1}}.
   */
  private static boolean isPartlyMasked(String text, int end) {
    return end < text.length()
        && ((MASK_CHARACTERS.indexOf(text.charAt(end)) >= 0 && text.charAt(end) != '}')
            || text.charAt(end) == '['
            || Character.UnicodeScript.of(text.charAt(end)) == Character.UnicodeScript.LATIN);
  }

  /**
   * Returns whether a quoted name is cut: the closing quote is missing, or a space follows within
   * the quotes, as in {@code "id number here"}. If a colon and an error follow, only the quote was
   * lost.
   */
  private static boolean isTruncated(String text, int end) {
    return end == text.length()
        || (end + 1 < text.length()
            && text.charAt(end) == ' '
            && !(text.charAt(end - 1) == ':' && Character.isLetter(text.charAt(end + 1)))
            && "\"'".indexOf(text.charAt(end + 1)) < 0);
  }

  private static String trimPunctuation(String written) {
    var end = written.length();
    while (end > 0 && ".:-/".indexOf(written.charAt(end - 1)) >= 0) {
      end--;
    }
    return written.substring(0, end);
  }

  /** Returns whether this character occurs where a name was masked. */
  public static boolean isMaskCharacter(char c) {
    return MASK_CHARACTERS.indexOf(c) >= 0;
  }

  /** Returns whether a reference can contain this character. */
  public static boolean isReferenceCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "./:_-@".indexOf(c) >= 0;
  }
}
