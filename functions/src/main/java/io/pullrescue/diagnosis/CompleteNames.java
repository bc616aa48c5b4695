package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.reference.ReferenceScanner;
import io.pullrescue.image.ImageReference;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Finds the complete form of names that a tool cut, or whose registry it left out: it usually
 * stands elsewhere in the text. A cut name is a name of another image, or of none.
 */
final class CompleteNames {
  /** BuildKit's progress cuts names at the width of the terminal. */
  private static final String PROGRESS_MARKER = "=> ";

  private static final int MAX_HOST_LENGTH = 255;

  /** Limits the searches of a hostile text; no more images than these are mirrored. */
  private static final int MAX_IMAGES = 10;

  private static final int MAX_PROGRESS_PREFIX = 200;

  private final TextParts parts;

  private CompleteNames(TextParts parts) {
    this.parts = parts;
  }

  /** A text in parts that end with a line. */
  @FunctionalInterface
  interface TextParts {
    void forEach(Consumer<String> consumer);
  }

  /**
   * Returns the images with complete names. Of a cut name with several complete forms, none is
   * returned.
   */
  static List<ImageReference> complete(
      List<ImageReference> images, List<PullError> errors, TextParts parts) {
    var names = new CompleteNames(parts);
    Set<ImageReference> complete = new LinkedHashSet<>();
    for (var image : images.stream().limit(MAX_IMAGES).toList()) {
      var lines = linesNaming(image, errors);
      var uncut = names.uncut(image, lines);
      if (uncut.size() == 1) {
        complete.add(names.withRegistry(uncut.getFirst(), lines).orElse(uncut.getFirst()));
      }
    }
    images.stream().skip(MAX_IMAGES).forEach(complete::add);
    return List.copyOf(complete);
  }

  private static List<String> linesNaming(ImageReference image, List<PullError> errors) {
    return errors.stream()
        .filter(error -> error.images().contains(image))
        .map(error -> error.line().content().strip())
        .toList();
  }

  /** Returns the image, or the images that its name is the beginning of if it may be cut. */
  private List<ImageReference> uncut(ImageReference image, List<String> errorLines) {
    for (var printed : List.of(image.toString(), image.name())) {
      if (isCut(printed, errorLines)) {
        var longer = longerForms(printed);
        if (!longer.isEmpty()) {
          var suffix = image.toString().substring(printed.length());
          return longer.stream()
              .map(name -> name.contains(":") && suffix.startsWith(":") ? name : name + suffix)
              .flatMap(name -> ImageReference.parse(name).stream())
              .distinct()
              .toList();
        }
      }
    }
    return List.of(image);
  }

  /** Returns whether every line that names an image so is one in which a tool may have cut it. */
  private static boolean isCut(String printed, List<String> errorLines) {
    return errorLines.stream().anyMatch(line -> line.contains(printed))
        && errorLines.stream()
            .filter(line -> line.contains(printed))
            .allMatch(line -> line.startsWith(PROGRESS_MARKER) || line.endsWith(printed));
  }

  /** Returns the longer names that begin with this one; none if it also stands alone elsewhere. */
  private List<String> longerForms(String printed) {
    Set<String> longer = new LinkedHashSet<>();
    var standsAlone = new AtomicBoolean();
    parts.forEach(text -> {
      if (!standsAlone.get() && !addLongerForms(printed, text, longer)) {
        standsAlone.set(true);
      }
    });
    return standsAlone.get() ? List.of() : new ArrayList<>(longer);
  }

  /** Returns false if the name also stands alone. */
  private static boolean addLongerForms(String printed, String text, Set<String> longer) {
    for (var start = text.indexOf(printed); start >= 0; start = text.indexOf(printed, start + 1)) {
      var end = ReferenceScanner.referenceEnd(text, start);
      var name = stripPunctuation(text.substring(start, end));
      if (name.startsWith(":", printed.length()) || name.startsWith("@", printed.length())) {
        return false;
      }
      if (name.length() > printed.length()) {
        longer.add(name);
      } else if (!isCutAt(text, start, start + printed.length())) {
        return false;
      }
    }
    return true;
  }

  private static boolean isCutAt(String text, int start, int end) {
    return end == text.length()
        || text.charAt(end) == '\n'
        || text.charAt(end) == '\r'
        || text.substring(Math.max(0, start - MAX_PROGRESS_PREFIX), start)
            .contains(PROGRESS_MARKER);
  }

  /**
   * Returns the image in the only registry with which the text names it elsewhere. Docker before
   * 1.13 printed {@code Error: image a/b:1 not found} for an image of any registry.
   */
  private Optional<ImageReference> withRegistry(ImageReference image, List<String> errorLines) {
    var path = image.familiarString();
    if (!image.registry().equals(ImageReference.DOCKER_HUB)
        || errorLines.stream().noneMatch(line -> line.contains("image " + path + " not found"))) {
      return Optional.empty();
    }
    Set<String> registries = new LinkedHashSet<>();
    parts.forEach(text -> {
      for (var start = text.indexOf(path); start >= 0; start = text.indexOf(path, start + 1)) {
        registryBefore(text, start).ifPresent(registries::add);
      }
    });
    return registries.size() == 1
        ? ImageReference.parse(registries.iterator().next() + "/" + path)
        : Optional.empty();
  }

  private static Optional<String> registryBefore(String text, int start) {
    if (start == 0 || text.charAt(start - 1) != '/') {
      return Optional.empty();
    }
    var from = start - 1;
    while (from > 0 && start - from < MAX_HOST_LENGTH && isHostCharacter(text.charAt(from - 1))) {
      from--;
    }
    var host = text.substring(from, start - 1);
    var isComplete = from == 0 || text.charAt(from - 1) != '/';
    return isComplete && host.indexOf('.') > 0 ? Optional.of(host) : Optional.empty();
  }

  private static boolean isHostCharacter(char c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == ':';
  }

  private static String stripPunctuation(String name) {
    var end = name.length();
    while (end > 0 && ".:-".indexOf(name.charAt(end - 1)) >= 0) {
      end--;
    }
    return name.substring(0, end);
  }
}
