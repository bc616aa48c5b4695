package io.pullrescue.workload.codebuild.log;

import io.pullrescue.aws.AwsErrors;
import io.pullrescue.text.WildcardMatcher;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Reads logs in Amazon S3, where CodeBuild stores each as one object when the build has ended. */
final class S3LogReader {
  private static final Logger LOG = LoggerFactory.getLogger(S3LogReader.class);

  private final WildcardMatcher allowedBuckets;
  private final Supplier<S3Client> s3;

  S3LogReader(WildcardMatcher allowedBuckets, Supplier<S3Client> s3) {
    this.allowedBuckets = allowedBuckets;
    this.s3 = s3;
  }

  LogResult readTail(LogLocation.S3Log location) {
    var bucket = location.bucket();
    if (!allowedBuckets.matches(bucket)) {
      return new LogResult.Unavailable(
          "the setting `buildLogBuckets` does not list bucket "
              + bucket
              + "; deploy with -c buildLogBuckets="
              + bucket);
    }
    try {
      return readTail(s3.get().getObject(request -> request.bucket(bucket).key(location.key())));
    } catch (S3Exception error) {
      var reason = AwsErrors.describe(error);
      LOG.atDebug()
          .addKeyValue("bucket", bucket)
          .setCause(error)
          .log("Build log in Amazon S3 is not readable yet");
      // Without s3:ListBucket, S3 answers AccessDenied for an object that does not exist.
      return new LogResult.Pending(
          reason
              + " for the log in bucket "
              + bucket
              + ": the log does not exist yet, or the bucket policy or its KMS key denies access");
    } catch (IOException failed) {
      throw new UncheckedIOException("reading a log in bucket " + bucket, failed);
    }
  }

  /** Aborts the download at the end: closing the stream would read the rest of the object. */
  private static LogResult readTail(ResponseInputStream<GetObjectResponse> object)
      throws IOException {
    try {
      return TailBuffer.read(decompress(new BufferedInputStream(object)));
    } finally {
      object.abort();
    }
  }

  /** Decompresses the log unless a client or proxy on the way has already done so. */
  private static InputStream decompress(BufferedInputStream content) throws IOException {
    content.mark(2);
    int magic = content.read() | content.read() << 8;
    content.reset();
    return magic == GZIPInputStream.GZIP_MAGIC ? new GZIPInputStream(content) : content;
  }
}
