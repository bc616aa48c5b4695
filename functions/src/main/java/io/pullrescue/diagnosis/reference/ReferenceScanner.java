package io.pullrescue.diagnosis.reference;

import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the image reference that a phrase announces. Each looks at a bounded piece of the line. */
public final class ReferenceScanner {
  private static final int MAX_LENGTH = 600;
  private static final ImageMention UNRESOLVABLE = new ImageMention.Unresolvable();
  private static final List<String> TRANSPORTS =
      List.of("docker://", "docker-image://", "oci://", "docker-daemon://");

  /** What may glue masked text to the rest of a name. */
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

  /** How much the place tells: a word alone is an image only where nothing else can stand. */
  public enum Strictness {
    /** Only a reference can stand here. */
    STRICT,
    /** Other words may stand here: it must be quoted, or look like nothing else. */
    LENIENT
  }

  /** The reference that starts at or right after this place. */
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
    return parse(written).map(mention -> withEnding(mention, text, end));
  }

  private static ImageMention withEnding(ImageMention mention, String text, int end) {
    return !(mention instanceof ImageMention.Named named)
        ? mention
        : text.startsWith("..", end - 2)
            ? named.withEnding(ImageMention.Ending.ELLIPSIS)
            : end == text.length() ? named.withEnding(ImageMention.Ending.END_OF_LINE) : named;
  }

  /** The reference that ends right before this place. */
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

  /** Whether what stands here was masked by hand. */
  public static boolean isMaskedAt(String text, int from) {
    var start = skipOpeningDelimiters(text, from);
    return start > from
        && start < text.length()
        && MASK_CHARACTERS.indexOf(text.charAt(start)) >= 0;
  }

  /** Reads a whole word as a reference. */
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

  /** A digest that was shortened or masked says nothing, but the tag before it does. */
  private static Optional<ImageMention> withoutTruncatedDigest(String written) {
    var digest = written.indexOf("@sha256:");
    var tagged = digest < 0 ? "" : written.substring(0, digest);
    return ImageReference.parse(tagged)
        .filter(image -> isPinned(tagged) && isImageName(image))
        .map(image -> new ImageMention.Named(image, true, isQualified(tagged, image)));
  }

  /** Tools print bare IDs and digests where a name is missing; those name no image. */
  private static boolean isImageName(ImageReference image) {
    var last = image.repository().substring(image.repository().lastIndexOf('/') + 1);
    return !last.equals("sha256")
        && !image.repository().startsWith("v2/")
        && !IMAGE_ID.matcher(last).matches();
  }

  public static boolean isPinned(String written) {
    return written.indexOf('@') >= 0 || written.lastIndexOf(':') > written.lastIndexOf('/');
  }

  private static boolean isQualified(String written, ImageReference image) {
    return !image.registry().equals(ImageReference.DOCKER_HUB) || written.contains("docker.io/");
  }

  static boolean looksLikeReference(String written) {
    return written.indexOf('/') > 0 || written.indexOf(':') > 0 || written.indexOf('@') > 0;
  }

  /** Even where a name alone may stand, prose does too. */
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

  /** Markdown's bold type opens or closes here; three stars and more are a mask. */
  private static boolean isBoldMarker(String text, int index) {
    return index >= 0
        && text.startsWith(BOLD_MARKER, index)
        && !text.startsWith("*", index + BOLD_MARKER.length())
        && (index == 0 || text.charAt(index - 1) == ' ');
  }

  /** Markdown's bold type opens before this name and closes after it. */
  private static boolean isBold(String text, int start, int end) {
    return isBoldMarker(text, start - BOLD_MARKER.length())
        && text.startsWith(BOLD_MARKER, end)
        && !text.startsWith("*", end + BOLD_MARKER.length());
  }

  public static int referenceEnd(String text, int start) {
    var i = start;
    while (i < text.length() && i < start + MAX_LENGTH && isReferenceCharacter(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /** A brace that closes here opened before the name: {@code Template{image=a/b:1}}. */
  private static boolean isPartlyMasked(String text, int end) {
    return end < text.length()
        && ((MASK_CHARACTERS.indexOf(text.charAt(end)) >= 0 && text.charAt(end) != '}')
            || text.charAt(end) == '['
            || Character.UnicodeScript.of(text.charAt(end)) == Character.UnicodeScript.LATIN);
  }

  /**
   * No closing quote, or a blank inside quotes: "id number here"; but a name may have one at its
   * end, and where an error follows it only the quote was lost.
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

  /** Whether this may stand for what was masked by hand. */
  public static boolean isMaskCharacter(char c) {
    return MASK_CHARACTERS.indexOf(c) >= 0;
  }

  public static boolean isReferenceCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "./:_-@".indexOf(c) >= 0;
  }
}
