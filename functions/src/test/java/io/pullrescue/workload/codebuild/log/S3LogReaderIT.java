package io.pullrescue.workload.codebuild.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.testing.MotoServer;
import io.pullrescue.text.WildcardMatcher;
import io.pullrescue.workload.codebuild.log.LogLocation.S3Log;
import io.pullrescue.workload.codebuild.log.LogResult.Found;
import io.pullrescue.workload.codebuild.log.LogResult.Pending;
import io.pullrescue.workload.codebuild.log.LogResult.Unavailable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Reads logs from Amazon S3, emulated by moto. */
final class S3LogReaderIT {
  @RegisterExtension static final MotoServer MOTO = MotoServer.start();

  private static final S3Client S3 = MOTO.client(S3Client.builder().forcePathStyle(true));
  private static final String TEXT = "Step 1/2 : FROM ruby:2.7\ntoomanyrequests\n";

  private final S3LogReader log =
      new S3LogReader(new WildcardMatcher(List.of("build-logs-*")), () -> S3);

  @BeforeAll
  static void createBuckets() {
    S3.createBucket(request -> request.bucket("build-logs-shop"));
    S3.createBucket(request -> request.bucket("payroll"));
  }

  @Test
  void readsCompressedLog() throws IOException {
    put("build-logs-shop", "shop/b0c7d1f4.gz", gzip(TEXT));

    assertThat(tail("build-logs-shop", "shop/b0c7d1f4.gz"))
        .isEqualTo(new Found(List.of("Step 1/2 : FROM ruby:2.7", "toomanyrequests")));
  }

  @Test
  void readsUncompressedLog() {
    put("build-logs-shop", "shop/plain.gz", TEXT.getBytes(StandardCharsets.UTF_8));
    put("build-logs-shop", "shop/empty.gz", new byte[0]);

    assertThat(tail("build-logs-shop", "shop/plain.gz")).isInstanceOf(Found.class);
    assertThat(tail("build-logs-shop", "shop/empty.gz")).isEqualTo(new Found(List.of()));
  }

  @Test
  void missingLogIsPending() {
    assertThat(tail("build-logs-shop", "shop/later.gz")).isInstanceOf(Pending.class);
  }

  @Test
  void rejectsBucketThatIsNotAllowed() {
    put("payroll", "salaries.gz", TEXT.getBytes(StandardCharsets.UTF_8));

    assertThat(tail("payroll", "salaries.gz"))
        .isInstanceOfSatisfying(
            Unavailable.class,
            unavailable ->
                assertThat(unavailable.reason())
                    .endsWith("deploy with -c buildLogBuckets=payroll"));
  }

  private LogResult tail(String bucket, String key) {
    return log.readTail(new S3Log(bucket, key));
  }

  private static void put(String bucket, String key, byte[] content) {
    S3.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(content));
  }

  private static byte[] gzip(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
