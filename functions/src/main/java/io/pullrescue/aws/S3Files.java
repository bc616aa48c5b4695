package io.pullrescue.aws;

import io.pullrescue.image.Printable;
import io.pullrescue.retry.SourceFile;
import io.pullrescue.retry.SourceFile.OutOfReach;
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
public final class S3Files {
  /** A source is seldom larger, and the function has a minute. */
  private static final long LARGEST_ZIP = 64L << 20;

  private final AllowedBuckets allowed;
  private final Supplier<S3Client> s3;

  /** Asks the client, which is made when it is needed, for objects of these buckets only. */
  public S3Files(AllowedBuckets allowed, Supplier<S3Client> s3) {
    this.allowed = allowed;
    this.s3 = s3;
  }

  SourceFile object(String bucket, String key) {
    return read(
        bucket, key, null, object -> SourceFile.of(object.readNBytes(SourceFile.LARGEST + 1)));
  }

  SourceFile zipEntry(String bucket, String key, @Nullable String version, String path) {
    return read(
        bucket,
        key,
        version,
        object ->
            object.response().contentLength() > LARGEST_ZIP
                ? new OutOfReach("the zip is larger than " + LARGEST_ZIP + " bytes")
                : ZipEntryReader.read(object, path));
  }

  private SourceFile read(String bucket, String key, @Nullable String version, Content content) {
    if (!allowed.include(bucket)) {
      return new OutOfReach(
          "bucket "
              + bucket
              + " is not among those that may be read; deploy with -c sourceBuckets="
              + bucket);
    }
    var request = GetObjectRequest.builder().bucket(bucket).key(key).versionId(version).build();
    try {
      return read(s3.get().getObject(request), content);
    } catch (NoSuchKeyException none) {
      return new OutOfReach("there is no object " + Printable.of(key) + " in bucket " + bucket);
    } catch (AwsServiceException refusal) {
      return Refusals.outOfReach(refusal);
    } catch (IOException broken) {
      throw new UncheckedIOException("reading s3://" + bucket + "/" + key, broken);
    }
  }

  /** What is not needed any more is not downloaded. */
  private static SourceFile read(ResponseInputStream<GetObjectResponse> object, Content content)
      throws IOException {
    try {
      return content.of(object);
    } finally {
      object.abort();
    }
  }

  /** What an object's bytes hold. */
  private interface Content {
    SourceFile of(ResponseInputStream<GetObjectResponse> object) throws IOException;
  }
}
