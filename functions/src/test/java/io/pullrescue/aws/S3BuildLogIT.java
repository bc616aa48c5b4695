package io.pullrescue.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.failure.Build.LogLocation.InS3;
import io.pullrescue.failure.LogText;
import io.pullrescue.failure.LogText.Absent;
import io.pullrescue.failure.LogText.Lines;
import io.pullrescue.failure.LogText.OutOfReach;
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

/** Logs in the Amazon S3 that moto plays. */
final class S3BuildLogIT {
  @RegisterExtension static final MotoServer MOTO = MotoServer.start();

  private static final S3Client S3 = MOTO.client(S3Client.builder().forcePathStyle(true));
  private static final String TEXT = "Step 1/2 : FROM ruby:2.7\ntoomanyrequests\n";

  private final S3BuildLog log =
      new S3BuildLog(new AllowedBuckets(List.of("build-logs-*")), () -> S3);

  @BeforeAll
  static void buckets() {
    S3.createBucket(request -> request.bucket("build-logs-shop"));
    S3.createBucket(request -> request.bucket("payroll"));
  }

  @Test
  void readsTheLogThatCodeBuildPacked() throws IOException {
    put("build-logs-shop", "shop/b0c7d1f4.gz", packed(TEXT));

    assertThat(tail("build-logs-shop", "shop/b0c7d1f4.gz"))
        .isEqualTo(new Lines(List.of("Step 1/2 : FROM ruby:2.7", "toomanyrequests")));
  }

  @Test
  void readsALogThatSomebodyUnpacked() {
    put("build-logs-shop", "shop/plain.gz", TEXT.getBytes(StandardCharsets.UTF_8));
    put("build-logs-shop", "shop/empty.gz", new byte[0]);

    assertThat(tail("build-logs-shop", "shop/plain.gz")).isInstanceOf(Lines.class);
    assertThat(tail("build-logs-shop", "shop/empty.gz")).isEqualTo(new Lines(List.of()));
  }

  @Test
  void aLogThatIsNotThereMayYetCome() {
    assertThat(tail("build-logs-shop", "shop/later.gz")).isInstanceOf(Absent.class);
  }

  @Test
  void readsNoBucketThatIsNotNamed() {
    put("payroll", "salaries.gz", TEXT.getBytes(StandardCharsets.UTF_8));

    assertThat(tail("payroll", "salaries.gz"))
        .isInstanceOfSatisfying(
            OutOfReach.class,
            it -> assertThat(it.why()).endsWith("deploy with -c buildLogBuckets=payroll"));
  }

  private LogText tail(String bucket, String key) {
    return log.tail(new InS3(bucket, key));
  }

  private static void put(String bucket, String key, byte[] content) {
    S3.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(content));
  }

  private static byte[] packed(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var packing = new GZIPOutputStream(bytes)) {
      packing.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
