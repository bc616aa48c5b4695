package io.pullrescue.workload.codebuild.buildspec;

/** Takes the rescue commands out of a buildspec that they were put into. */
public final class RescuedBuildspec {
  private RescuedBuildspec() {}

  /** Whether this is the text of a buildspec, and not where one is kept. */
  public static boolean isInline(String buildspec) {
    return BuildspecLocation.parse(buildspec) instanceof BuildspecLocation.Inline;
  }

  /** The text as it was before; the same text where nothing of ours is in it. */
  public static String removeSubstitution(String buildspec) {
    return Buildspec.parse(buildspec).map(Buildspec::withoutSubstitutionCommand).orElse(buildspec);
  }
}
