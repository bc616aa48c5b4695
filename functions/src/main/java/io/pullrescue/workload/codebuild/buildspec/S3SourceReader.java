package io.pullrescue.workload.codebuild.buildspec;

import io.pullrescue.aws.AwsErrors;
import io.pullrescue.text.TextSanitizer;
import io.pullrescue.workload.codebuild.AllowedBuckets;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Unavailable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** Files in Amazon S3: objects, and entries of zips. */
public final class S3SourceReader {
  /** A source is seldom larger, and the function has a minute. */
  private static final long MAX_ZIP_BYTES = 64L << 20;

  private final AllowedBuckets allowedBuckets;
  private final Supplier<S3Client> s3;

  /** Asks the client, which is made when it is needed, for objects of these buckets only. */
  public S3SourceReader(AllowedBuckets allowedBuckets, Supplier<S3Client> s3) {
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
                ? new Unavailable("the zip is larger than " + MAX_ZIP_BYTES + " bytes")
                : ZipEntryReader.read(object, path));
  }

  private FetchResult read(
      String bucket, String key, @Nullable String version, ObjectParser parser) {
    if (!allowedBuckets.contains(bucket)) {
      return new Unavailable(
          "bucket "
              + bucket
              + " is not among those that may be read; deploy with -c sourceBuckets="
              + bucket);
    }
    var request = GetObjectRequest.builder().bucket(bucket).key(key).versionId(version).build();
    try {
      return read(s3.get().getObject(request), parser);
    } catch (NoSuchKeyException none) {
      return new Unavailable(
          "there is no object " + TextSanitizer.sanitize(key) + " in bucket " + bucket);
    } catch (AwsServiceException error) {
      return new FetchResult.Unavailable(AwsErrors.describe(error));
    } catch (IOException failed) {
      throw new UncheckedIOException("reading s3://" + bucket + "/" + key, failed);
    }
  }

  /** What is not needed any more is not downloaded. */
  private static FetchResult read(
      ResponseInputStream<GetObjectResponse> object, ObjectParser parser) throws IOException {
    try {
      return parser.parse(object);
    } finally {
      object.abort();
    }
  }

  /** What an object's bytes hold. */
  private interface ObjectParser {
    FetchResult parse(ResponseInputStream<GetObjectResponse> object) throws IOException;
  }
}
