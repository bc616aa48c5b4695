package io.pullrescue.retry;

/** Takes the rescue commands out of a buildspec that they were put into. */
public final class RescuedBuildspec {
  private RescuedBuildspec() {}

  /** Whether this is the text of a buildspec, and not where one is kept. */
  public static boolean isText(String buildspec) {
    return BuildspecPlace.of(buildspec) instanceof BuildspecPlace.Inline;
  }

  /** The text as it was before; the same text where nothing of ours is in it. */
  public static String removedFrom(String buildspec) {
    return Buildspec.parse(buildspec).map(Buildspec::withoutOurCommand).orElse(buildspec);
  }
}
