package io.pullrescue.workload.codebuild.buildspec;

import io.pullrescue.aws.AwsErrors;
import io.pullrescue.text.TextSanitizer;
import io.pullrescue.text.WildcardMatcher;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Unavailable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** Reads objects in Amazon S3, and entries of zip files there. */
final class S3SourceReader {
  private static final Logger LOG = LoggerFactory.getLogger(S3SourceReader.class);

  /** Limited because the function has a minute to read it. */
  private static final long MAX_ZIP_BYTES = 64L << 20;

  private final WildcardMatcher allowedBuckets;
  private final Supplier<S3Client> s3;

  S3SourceReader(WildcardMatcher allowedBuckets, Supplier<S3Client> s3) {
    this.allowedBuckets = allowedBuckets;
    this.s3 = s3;
  }

  FetchResult readObject(String bucket, String key) {
    return read(
        bucket, key, null, object -> FetchResult.of(object.readNBytes(FetchResult.MAX_BYTES + 1)));
  }

  FetchResult readZipEntry(String bucket, String key, @Nullable String version, String path) {
    return read(
        bucket,
        key,
        version,
        object ->
            object.response().contentLength() > MAX_ZIP_BYTES
                ? new Unavailable(
                    "the zip file of the source is larger than " + (MAX_ZIP_BYTES >> 20) + " MiB")
                : ZipEntryReader.read(object, path));
  }

  private FetchResult read(
      String bucket, String key, @Nullable String version, ObjectParser parser) {
    if (!allowedBuckets.matches(bucket)) {
      return new Unavailable(
          "the setting `sourceBuckets` does not list bucket "
              + bucket
              + "; deploy with -c sourceBuckets="
              + bucket);
    }
    var request = GetObjectRequest.builder().bucket(bucket).key(key).versionId(version).build();
    try {
      return read(s3.get().getObject(request), parser);
    } catch (NoSuchKeyException none) {
      return new Unavailable(
          "object " + TextSanitizer.sanitize(key) + " does not exist in bucket " + bucket);
    } catch (AwsServiceException error) {
      var reason = AwsErrors.describe(error);
      LOG.atWarn()
          .addKeyValue("bucket", bucket)
          .setCause(error)
          .log("Cannot read a source in Amazon S3");
      return new Unavailable(reason);
    } catch (IOException failed) {
      throw new UncheckedIOException("reading s3://" + bucket + "/" + key, failed);
    }
  }

  /** Aborts the download at the end: closing the stream would read the rest of the object. */
  private static FetchResult read(
      ResponseInputStream<GetObjectResponse> object, ObjectParser parser) throws IOException {
    try {
      return parser.parse(object);
    } finally {
      object.abort();
    }
  }

  private interface ObjectParser {
    FetchResult parse(ResponseInputStream<GetObjectResponse> object) throws IOException;
  }
}
