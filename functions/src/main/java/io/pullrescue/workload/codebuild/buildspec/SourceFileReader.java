package io.pullrescue.workload.codebuild.buildspec;

import io.pullrescue.text.TextSanitizer;
import io.pullrescue.text.WildcardMatcher;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Unavailable;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codecommit.CodeCommitClient;
import software.amazon.awssdk.services.s3.S3Client;

/** Reads files of sources that an AWS API can read: Amazon S3 and AWS CodeCommit. */
public final class SourceFileReader {
  private static final Pattern S3_LOCATION =
      Pattern.compile("(?:arn:aws[a-z-]*:s3:::)?([a-z0-9.-]{3,63})/(.{1,1024})");

  private final S3SourceReader s3;
  private final CodeCommitSourceReader codeCommit;

  /**
   * Creates a reader; each client is created when a source of its kind is read.
   *
   * @param allowedBuckets the names of the S3 buckets that may be read, the setting {@code
   *     sourceBuckets}
   * @param region the region of the CodeCommit client
   */
  public SourceFileReader(
      WildcardMatcher allowedBuckets,
      Supplier<S3Client> s3,
      String region,
      Supplier<CodeCommitClient> codeCommit) {
    this.s3 = new S3SourceReader(allowedBuckets, s3);
    this.codeCommit = new CodeCommitSourceReader(region, codeCommit);
  }

  /** Reads a file of the source of a build, in the version that was built. */
  public FetchResult readSourceFile(Build build, String path) {
    var location = build.source().location();
    return location == null
        ? new Unavailable("the build has no source")
        : readSourceFile(build, location, path);
  }

  private FetchResult readSourceFile(Build build, String location, String path) {
    var type = build.source().typeAsString();
    return switch (type) {
      case "S3" -> readFromS3(location, builtVersion(build), path);
      case "CODECOMMIT" -> codeCommit.readFile(location, builtVersion(build), path);
      default -> new Unavailable("no AWS API can read a source of type " + type);
    };
  }

  private static @Nullable String builtVersion(Build build) {
    return build.resolvedSourceVersion() == null
        ? build.sourceVersion()
        : build.resolvedSourceVersion();
  }

  /**
   * Reads from a zip file, or from the objects below a prefix, which have no common version.
   *
   * @param version the version id of the zip file; null for the current version
   */
  private FetchResult readFromS3(String location, @Nullable String version, String path) {
    var parts = S3_LOCATION.matcher(location);
    if (!parts.matches()) {
      return new Unavailable("not an S3 location: " + TextSanitizer.sanitize(location));
    }
    var bucket = parts.group(1);
    var key = parts.group(2);
    return key.endsWith("/")
        ? s3.readObject(bucket, key + path)
        : s3.readZipEntry(bucket, key, version, path);
  }

  /** Reads an object in S3. */
  public FetchResult readS3Object(String bucket, String key) {
    return s3.readObject(bucket, key);
  }
}
