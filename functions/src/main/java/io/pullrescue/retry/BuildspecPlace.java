package io.pullrescue.retry;

import io.pullrescue.image.Printable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where a buildspec is kept, as a project or the start of a build says it. */
sealed interface BuildspecPlace {
  /** In the project itself, or in the request that started the build. */
  record Inline(String text) implements BuildspecPlace {}

  /** Not where the build's record could show it. */
  sealed interface Elsewhere extends BuildspecPlace {}

  /**
   * A file of the source.
   *
   * @param path from the source's root, of plain names: no quote, no {@code ..}, no leading slash
   */
  record InSource(String path) implements Elsewhere {}

  /** An object in Amazon S3. */
  record InBucket(String bucket, String key) implements Elsewhere {
    @Override
    public String toString() {
      return "s3://" + bucket + "/" + Printable.of(key);
    }
  }

  /** None of these; {@code why} says so to people. */
  record Unclear(String why) implements BuildspecPlace {}

  /** CodeBuild's own choice where nothing is said. */
  String USUAL = "buildspec.yml";

  /** S3: the grammar of bucket names, and the longest key. */
  Pattern S3_ARN =
      Pattern.compile("arn:aws[a-z-]*:s3:::([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(.{1,1024})");

  /**
   * What the field {@code buildspec} of a source means.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html#CodeBuild-StartBuild-request-buildspecOverride">
   *     buildspecOverride</a>
   */
  static BuildspecPlace of(@Nullable String told) {
    if (told == null || told.isBlank()) {
      return new InSource(USUAL);
    }
    if (told.strip().contains("\n") || Buildspec.isMapping(told)) {
      return new Inline(told);
    }
    var object = S3_ARN.matcher(told);
    if (object.matches()) {
      return new InBucket(object.group(1), object.group(2));
    }
    var path = told.replaceFirst("^(\\./)+", "");
    return isPlain(path)
        ? new InSource(path)
        : new Unclear(
            "its buildspec is neither a text nor a plain path nor an object: "
                + Printable.of(told));
  }

  /** Names that a shell, a zip and a repository all take as they are. */
  private static boolean isPlain(String path) {
    return path.matches("[\\w .@+=,/-]{1,1000}")
        && Stream.of(path.split("/", -1))
            .noneMatch(name -> name.isEmpty() || name.equals(".") || name.equals(".."));
  }
}
