package io.pullrescue.diagnosis;

import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the image reference that a phrase announces. Each looks at a bounded piece of the line. */
final class MentionReader {
  private static final int LONGEST = 600;
  private static final Mention UNREADABLE = new Mention.Unreadable();
  private static final List<String> TRANSPORTS =
      List.of("docker://", "docker-image://", "oci://", "docker-daemon://");

  /** What may glue masked text to the rest of a name. */
  private static final String MASKS = "<>*{}$%#~|+=&?!…\\";

  private static final String EMPHASIS = "**";

  private static final Pattern IMAGE_ID = Pattern.compile("[0-9a-f]{64}|[0-9a-f]{12}");

  private static final Set<String> PROSE =
      Set.of(
          ("a an all and any are as at be by cache can cannot config container could does error exists"
                  + " failed for from has image images in index is it its layer layers local manifest"
                  + " may multiple name new not of on or private public reference repository should some"
                  + " source specified tag that the these this to url version was were when which with"
                  + " you your")
              .split(" "));

  private MentionReader() {}

  /** How much the place tells: a word alone is an image only where nothing else can stand. */
  enum Place {
    /** Only a reference can stand here. */
    STRICT,
    /** Other words may stand here: it must be quoted, or look like nothing else. */
    LOOSE
  }

  /** The reference that starts at or right after this place. */
  static Optional<Mention> after(String text, int from, Place place) {
    var start = skipOpening(text, from);
    var end = endOfReference(text, start);
    var quoted = start > from && "\"'".indexOf(text.charAt(start - 1)) >= 0;
    var marked = quoted || (start > from && "/*".indexOf(text.charAt(start - 1)) >= 0);
    if (end == start) {
      var masked = start < text.length() && MASKS.indexOf(text.charAt(start)) >= 0;
      return masked && start - from <= 2 ? Optional.of(UNREADABLE) : Optional.empty();
    }
    var written = trim(text.substring(start, end));
    if ((isMasked(text, end) && !isEmphasised(text, start, end)) || (quoted && isCut(text, end))) {
      return Optional.of(withoutCutDigest(written).orElse(UNREADABLE));
    }
    if (start > from && text.charAt(start - 1) == '[' && !looksLikeReference(written)) {
      return Optional.of(UNREADABLE);
    }
    if (!marked && !(place == Place.LOOSE ? looksLikeReference(written) : isName(written))) {
      return Optional.empty();
    }
    return named(written).map(mention -> ending(mention, text, end));
  }

  private static Mention ending(Mention mention, String text, int end) {
    return !(mention instanceof Mention.Named named)
        ? mention
        : text.startsWith("..", end - 2)
            ? named.ending(Mention.Ending.DOTS)
            : end == text.length() ? named.ending(Mention.Ending.OPEN) : named;
  }

  /** The reference that ends right before this place. */
  static Optional<Mention> before(String text, int end) {
    var start = end;
    while (start > 0 && end - start < LONGEST && isReferenceCharacter(text.charAt(start - 1))) {
      start--;
    }
    var written = text.substring(start, end);
    if (!isPinned(written)) {
      return Optional.empty();
    }
    return start > 0 && MASKS.indexOf(text.charAt(start - 1)) >= 0
        ? Optional.of(UNREADABLE)
        : named(written).filter(Mention.Named.class::isInstance);
  }

  /** Whether what stands here was masked by hand. */
  static boolean isMask(String text, int from) {
    var start = skipOpening(text, from);
    return start > from && start < text.length() && MASKS.indexOf(text.charAt(start)) >= 0;
  }

  /** Reads a whole word as a reference. */
  static Optional<Mention> named(String written) {
    if (written.isEmpty()) {
      return Optional.empty();
    }
    var image = ImageReference.parse(written);
    return Optional.of(
        image
            .filter(MentionReader::isImage)
            .<Mention>map(i -> new Mention.Named(i, isPinned(written), isQualified(written, i)))
            .or(() -> withoutCutDigest(written))
            .orElse(UNREADABLE));
  }

  /** A digest that was shortened or masked says nothing, but the tag before it does. */
  private static Optional<Mention> withoutCutDigest(String written) {
    var digest = written.indexOf("@sha256:");
    var tagged = digest < 0 ? "" : written.substring(0, digest);
    return ImageReference.parse(tagged)
        .filter(image -> isPinned(tagged) && isImage(image))
        .map(image -> new Mention.Named(image, true, isQualified(tagged, image)));
  }

  /** Tools print bare IDs and digests where a name is missing; those name no image. */
  private static boolean isImage(ImageReference image) {
    var last = image.repository().substring(image.repository().lastIndexOf('/') + 1);
    return !last.equals("sha256")
        && !image.repository().startsWith("v2/")
        && !IMAGE_ID.matcher(last).matches();
  }

  static boolean isPinned(String written) {
    return written.indexOf('@') >= 0 || written.lastIndexOf(':') > written.lastIndexOf('/');
  }

  private static boolean isQualified(String written, ImageReference image) {
    return !image.registry().equals(ImageReference.DOCKER_HUB) || written.contains("docker.io/");
  }

  static boolean looksLikeReference(String written) {
    return written.indexOf('/') > 0 || written.indexOf(':') > 0 || written.indexOf('@') > 0;
  }

  /** Even where a name alone may stand, prose does too. */
  private static boolean isName(String written) {
    return looksLikeReference(written) || !PROSE.contains(written.toLowerCase(Locale.ROOT));
  }

  private static int skipOpening(String text, int from) {
    var i = from;
    while (i < text.length() && i < from + 8 && " :=\"'([".indexOf(text.charAt(i)) >= 0) {
      i++;
    }
    if (isEmphasis(text, i)) {
      i += EMPHASIS.length();
    }
    for (var transport : TRANSPORTS) {
      if (text.startsWith(transport, i)) {
        return i + transport.length();
      }
    }
    return i;
  }

  /** Markdown's bold type opens or closes here; three stars and more are a mask. */
  private static boolean isEmphasis(String text, int at) {
    return at >= 0
        && text.startsWith(EMPHASIS, at)
        && !text.startsWith("*", at + EMPHASIS.length())
        && (at == 0 || text.charAt(at - 1) == ' ');
  }

  /** Markdown's bold type opens before this name and closes after it. */
  private static boolean isEmphasised(String text, int start, int end) {
    return isEmphasis(text, start - EMPHASIS.length())
        && text.startsWith(EMPHASIS, end)
        && !text.startsWith("*", end + EMPHASIS.length());
  }

  static int endOfReference(String text, int start) {
    var i = start;
    while (i < text.length() && i < start + LONGEST && isReferenceCharacter(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /** A brace that closes here opened before the name: {@code Template{image=a/b:1}}. */
  private static boolean isMasked(String text, int end) {
    return end < text.length()
        && ((MASKS.indexOf(text.charAt(end)) >= 0 && text.charAt(end) != '}')
            || text.charAt(end) == '['
            || Character.UnicodeScript.of(text.charAt(end)) == Character.UnicodeScript.LATIN);
  }

  /**
   * No closing quote, or a blank inside quotes: "id number here"; but a name may have one at its
   * end, and where an error follows it only the quote was lost.
   */
  private static boolean isCut(String text, int end) {
    return end == text.length()
        || (end + 1 < text.length()
            && text.charAt(end) == ' '
            && !(text.charAt(end - 1) == ':' && Character.isLetter(text.charAt(end + 1)))
            && "\"'".indexOf(text.charAt(end + 1)) < 0);
  }

  private static String trim(String written) {
    var end = written.length();
    while (end > 0 && ".:-/".indexOf(written.charAt(end - 1)) >= 0) {
      end--;
    }
    return written.substring(0, end);
  }

  /** Whether this may stand for what was masked by hand. */
  static boolean isMask(char c) {
    return MASKS.indexOf(c) >= 0;
  }

  static boolean isReferenceCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "./:_-@".indexOf(c) >= 0;
  }
}
