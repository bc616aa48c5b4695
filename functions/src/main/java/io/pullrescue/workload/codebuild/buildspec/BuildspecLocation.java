package io.pullrescue.workload.codebuild.buildspec;

import io.pullrescue.text.TextSanitizer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where a buildspec is kept, as a project or the start of a build says it. */
public sealed interface BuildspecLocation {
  /** In the project itself, or in the request that started the build. */
  record Inline(String text) implements BuildspecLocation {}

  /** Not where the build's record could show it. */
  public sealed interface External extends BuildspecLocation {}

  /**
   * A file of the source.
   *
   * @param path from the source's root, of plain names: no quote, no {@code ..}, no leading slash
   */
  record SourceFile(String path) implements External {}

  /** An object in Amazon S3. */
  record S3Object(String bucket, String key) implements External {
    @Override
    public String toString() {
      return "s3://" + bucket + "/" + TextSanitizer.sanitize(key);
    }
  }

  /** None of these; {@code why} says so to people. */
  record Invalid(String reason) implements BuildspecLocation {}

  /** CodeBuild's own choice where nothing is said. */
  String DEFAULT_PATH = "buildspec.yml";

  /** S3: the grammar of bucket names, and the longest key. */
  Pattern S3_OBJECT_ARN =
      Pattern.compile("arn:aws[a-z-]*:s3:::([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(.{1,1024})");

  /**
   * What the field {@code buildspec} of a source means.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html#CodeBuild-StartBuild-request-buildspecOverride">
   *     buildspecOverride</a>
   */
  static BuildspecLocation parse(@Nullable String buildspec) {
    if (buildspec == null || buildspec.isBlank()) {
      return new SourceFile(DEFAULT_PATH);
    }
    if (buildspec.strip().contains("\n") || Buildspec.isMapping(buildspec)) {
      return new Inline(buildspec);
    }
    var object = S3_OBJECT_ARN.matcher(buildspec);
    if (object.matches()) {
      return new S3Object(object.group(1), object.group(2));
    }
    var path = buildspec.replaceFirst("^(\\./)+", "");
    return isPlainPath(path)
        ? new SourceFile(path)
        : new Invalid(
            "its buildspec is neither a text nor a plain path nor an object: "
                + TextSanitizer.sanitize(buildspec));
  }

  /** Names that a shell, a zip and a repository all take as they are. */
  private static boolean isPlainPath(String path) {
    return path.matches("[\\w .@+=,/-]{1,1000}")
        && Stream.of(path.split("/", -1))
            .noneMatch(name -> name.isEmpty() || name.equals(".") || name.equals(".."));
  }
}
