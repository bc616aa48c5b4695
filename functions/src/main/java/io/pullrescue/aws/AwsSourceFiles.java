package io.pullrescue.aws;

import io.pullrescue.failure.Build;
import io.pullrescue.image.Printable;
import io.pullrescue.retry.SourceFile;
import io.pullrescue.retry.SourceFiles;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Files of sources that AWS itself keeps: Amazon S3 and AWS CodeCommit. */
public final class AwsSourceFiles implements SourceFiles {
  private static final Pattern S3_LOCATION =
      Pattern.compile("(?:arn:aws[a-z-]*:s3:::)?([a-z0-9.-]{3,63})/(.{1,1024})");

  private final S3Files s3;
  private final CodeCommitFiles codeCommit;

  /** Reads through these two. */
  public AwsSourceFiles(S3Files s3, CodeCommitFiles codeCommit) {
    this.s3 = s3;
    this.codeCommit = codeCommit;
  }

  @Override
  public SourceFile inSource(Build build, String path) {
    var location = location(build);
    return location == null
        ? new SourceFile.OutOfReach("the build has no source")
        : inSource(build, location, path);
  }

  /** What CodePipeline hands to a build is an object in S3, and the version of the source. */
  private static @Nullable String location(Build build) {
    return build.source().type().equals("CODEPIPELINE")
        ? build.sourceVersion()
        : build.source().location();
  }

  private SourceFile inSource(Build build, String location, String path) {
    return switch (build.source().type()) {
      case "S3" -> inS3(location, build.sourceVersion(), path);
      case "CODEPIPELINE" -> inS3(location, null, path);
      case "CODECOMMIT" -> codeCommit.file(location, build.sourceVersion(), path);
      default ->
          new SourceFile.OutOfReach("no API of AWS reads a source of " + build.source().type());
    };
  }

  /** A zip, or all objects below a prefix, which then have no common version. */
  private SourceFile inS3(String location, @Nullable String version, String path) {
    var parts = S3_LOCATION.matcher(location);
    if (!parts.matches()) {
      return new SourceFile.OutOfReach("not an S3 location: " + Printable.of(location));
    }
    var bucket = parts.group(1);
    var key = parts.group(2);
    return key.endsWith("/")
        ? s3.object(bucket, key + path)
        : s3.zipEntry(bucket, key, version, path);
  }

  @Override
  public SourceFile inBucket(String bucket, String key) {
    return s3.object(bucket, key);
  }
}
