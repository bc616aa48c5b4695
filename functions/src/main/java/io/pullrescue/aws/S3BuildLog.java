package io.pullrescue.aws;

import io.pullrescue.failure.Build.LogLocation;
import io.pullrescue.failure.LogText;
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
final class S3BuildLog {
  private final AllowedBuckets allowed;
  private final Supplier<S3Client> s3;

  /** Asks the client, which is made when it is needed, for objects of these buckets only. */
  S3BuildLog(AllowedBuckets allowed, Supplier<S3Client> s3) {
    this.allowed = allowed;
    this.s3 = s3;
  }

  LogText tail(LogLocation.InS3 location) {
    var bucket = location.bucket();
    if (!allowed.include(bucket)) {
      return new LogText.OutOfReach(
          "bucket "
              + bucket
              + " is not among those whose logs may be read; deploy with -c buildLogBuckets="
              + bucket);
    }
    try {
      return tail(s3.get().getObject(request -> request.bucket(bucket).key(location.key())));
    } catch (S3Exception refusal) {
      // To whoever may not list a bucket, S3 denies access to what is not there.
      return new LogText.Absent(
          Refusals.inWords(refusal)
              + " for the log in bucket "
              + bucket
              + ": it is not there, or its policy or key keeps us out");
    } catch (IOException broken) {
      throw new UncheckedIOException("reading a log in bucket " + bucket, broken);
    }
  }

  /** What is not needed any more is not downloaded. */
  private static LogText tail(ResponseInputStream<GetObjectResponse> object) throws IOException {
    try {
      return LogTail.read(unpacked(new BufferedInputStream(object)));
    } finally {
      object.abort();
    }
  }

  /** Whatever lies between may have unpacked it already. */
  private static InputStream unpacked(BufferedInputStream content) throws IOException {
    content.mark(2);
    int magic = content.read() | content.read() << 8;
    content.reset();
    return magic == GZIPInputStream.GZIP_MAGIC ? new GZIPInputStream(content) : content;
  }
}
