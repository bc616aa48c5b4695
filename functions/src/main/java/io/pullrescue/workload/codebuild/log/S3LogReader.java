package io.pullrescue.workload.codebuild.log;

import io.pullrescue.aws.AwsErrors;
import io.pullrescue.workload.codebuild.AllowedBuckets;
import io.pullrescue.workload.codebuild.Build.LogLocation;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Logs in Amazon S3, where CodeBuild puts them once a build has ended: one object, all of it. */
final class S3LogReader {
  private final AllowedBuckets allowedBuckets;
  private final Supplier<S3Client> s3;

  /** Asks the client, which is made when it is needed, for objects of these buckets only. */
  S3LogReader(AllowedBuckets allowedBuckets, Supplier<S3Client> s3) {
    this.allowedBuckets = allowedBuckets;
    this.s3 = s3;
  }

  LogResult tail(LogLocation.S3Log location) {
    var bucket = location.bucket();
    if (!allowedBuckets.contains(bucket)) {
      return new LogResult.AccessDenied(
          "bucket "
              + bucket
              + " is not among those whose logs may be read; deploy with -c buildLogBuckets="
              + bucket);
    }
    try {
      return tail(s3.get().getObject(request -> request.bucket(bucket).key(location.key())));
    } catch (S3Exception error) {
      // To whoever may not list a bucket, S3 denies access to what is not there.
      return new LogResult.NotYetAvailable(
          AwsErrors.describe(error)
              + " for the log in bucket "
              + bucket
              + ": it is not there, or its policy or key keeps us out");
    } catch (IOException failed) {
      throw new UncheckedIOException("reading a log in bucket " + bucket, failed);
    }
  }

  /** What is not needed any more is not downloaded. */
  private static LogResult tail(ResponseInputStream<GetObjectResponse> object) throws IOException {
    try {
      return TailBuffer.read(decompress(new BufferedInputStream(object)));
    } finally {
      object.abort();
    }
  }

  /** Whatever lies between may have unpacked it already. */
  private static InputStream decompress(BufferedInputStream content) throws IOException {
    content.mark(2);
    int magic = content.read() | content.read() << 8;
    content.reset();
    return magic == GZIPInputStream.GZIP_MAGIC ? new GZIPInputStream(content) : content;
  }
}
