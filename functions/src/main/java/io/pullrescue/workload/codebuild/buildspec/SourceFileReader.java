package io.pullrescue.workload.codebuild.buildspec;

import io.pullrescue.text.TextSanitizer;
import io.pullrescue.workload.codebuild.Build;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Files of sources that AWS itself keeps: Amazon S3 and AWS CodeCommit. */
public final class SourceFileReader implements SourceFileReaderPort {
  private static final Pattern S3_LOCATION =
      Pattern.compile("(?:arn:aws[a-z-]*:s3:::)?([a-z0-9.-]{3,63})/(.{1,1024})");

  private final S3SourceReader s3;
  private final CodeCommitSourceReader codeCommit;

  /** Reads through these two. */
  public SourceFileReader(S3SourceReader s3, CodeCommitSourceReader codeCommit) {
    this.s3 = s3;
    this.codeCommit = codeCommit;
  }

  @Override
  public FetchResult readSourceFile(Build build, String path) {
    var location = sourceLocation(build);
    return location == null
        ? new FetchResult.Unavailable("the build has no source")
        : readSourceFile(build, location, path);
  }

  /** What CodePipeline hands to a build is an object in S3, and the version of the source. */
  private static @Nullable String sourceLocation(Build build) {
    return build.source().type().equals("CODEPIPELINE")
        ? build.sourceVersion()
        : build.source().location();
  }

  private FetchResult readSourceFile(Build build, String location, String path) {
    return switch (build.source().type()) {
      case "S3" -> readFromS3(location, build.sourceVersion(), path);
      case "CODEPIPELINE" -> readFromS3(location, null, path);
      case "CODECOMMIT" -> codeCommit.readFile(location, build.sourceVersion(), path);
      default ->
          new FetchResult.Unavailable("no API of AWS reads a source of " + build.source().type());
    };
  }

  /** A zip, or all objects below a prefix, which then have no common version. */
  private FetchResult readFromS3(String location, @Nullable String version, String path) {
    var parts = S3_LOCATION.matcher(location);
    if (!parts.matches()) {
      return new FetchResult.Unavailable("not an S3 location: " + TextSanitizer.sanitize(location));
    }
    var bucket = parts.group(1);
    var key = parts.group(2);
    return key.endsWith("/")
        ? s3.readObject(bucket, key + path)
        : s3.readZipEntry(bucket, key, version, path);
  }

  @Override
  public FetchResult readS3Object(String bucket, String key) {
    return s3.readObject(bucket, key);
  }
}
