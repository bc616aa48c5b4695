package io.pullrescue.workload.codebuild.buildspec;

import io.pullrescue.text.TextSanitizer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The location of a buildspec, as configured in a project or overridden for a build. */
public sealed interface BuildspecLocation {
  /** The buildspec itself, in the project or in the request that started the build. */
  record Inline(String text) implements BuildspecLocation {}

  /** A buildspec that must be fetched. */
  sealed interface External extends BuildspecLocation {}

  /**
   * A file of the source.
   *
   * @param path relative to the source's root; without quotes, {@code ..} and leading slash
   */
  record SourceFile(String path) implements External {
    @Override
    public String toString() {
      return path + " in the source";
    }
  }

  /** An object in Amazon S3. */
  record S3Object(String bucket, String key) implements External {
    @Override
    public String toString() {
      return "s3://" + bucket + "/" + TextSanitizer.sanitize(key);
    }
  }

  /** A location that is not supported. */
  record Invalid(String reason) implements BuildspecLocation {}

  /** The path that CodeBuild uses if none is configured. */
  String DEFAULT_PATH = "buildspec.yml";

  /** The grammar of S3 bucket names, and the longest key. */
  Pattern S3_OBJECT_ARN =
      Pattern.compile("arn:aws[a-z-]*:s3:::([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(.{1,1024})");

  /**
   * Parses the field {@code buildspec} of a source.
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
    var path = buildspec.replaceFirst("^(?:\\./)++", "");
    return isPlainPath(path)
        ? new SourceFile(path)
        : new Invalid(
            "its buildspec is neither inline YAML nor a plain path nor the ARN of an S3 object: "
                + TextSanitizer.sanitize(buildspec));
  }

  /** Accepts only names that mean the same in a shell, in a zip file and in a repository. */
  private static boolean isPlainPath(String path) {
    return path.matches("[\\w .@+=,/-]{1,1000}")
        && Stream.of(path.split("/", -1))
            .noneMatch(name -> name.isEmpty() || name.equals(".") || name.equals(".."));
  }
}
