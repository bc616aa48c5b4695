package io.pullrescue.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.failure.Build;
import io.pullrescue.failure.Build.Source;
import io.pullrescue.failure.SampleBuild;
import io.pullrescue.retry.SourceFile;
import io.pullrescue.retry.SourceFile.Found;
import io.pullrescue.retry.SourceFile.Missing;
import io.pullrescue.retry.SourceFile.OutOfReach;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.codecommit.CodeCommitClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/** Sources in the Amazon S3 that moto plays. */
class SourceFilesIT {
  @RegisterExtension static final MotoServer MOTO = MotoServer.start();

  private static final S3Client S3 = MOTO.client(S3Client.builder().forcePathStyle(true));

  private final AwsSourceFiles files =
      new AwsSourceFiles(
          new S3Files(new AllowedBuckets(List.of("team-*", "specs")), () -> S3),
          new CodeCommitFiles("us-east-1", () -> MOTO.client(CodeCommitClient.builder())));

  @BeforeAll
  static void buckets() {
    for (var bucket : List.of("team-sources", "specs", "others")) {
      S3.createBucket(request -> request.bucket(bucket));
    }
    S3.putBucketVersioning(request ->
        request
            .bucket("team-sources")
            .versioningConfiguration(it -> it.status(BucketVersioningStatus.ENABLED)));
  }

  @Test
  void readsTheZipInTheVersionThatWasBuilt() throws IOException {
    var first = put("team-sources", "shop.zip", zip("version: 0.2 # first"));
    put("team-sources", "shop.zip", zip("version: 0.2 # second"));

    assertThat(inS3("team-sources/shop.zip", first)).isEqualTo(new Found("version: 0.2 # first"));
    assertThat(inS3("arn:aws:s3:::team-sources/shop.zip", null))
        .isEqualTo(new Found("version: 0.2 # second"));
  }

  @Test
  void readsAnObjectBelowAPrefixAndOneThatAnArnNames() {
    put("specs", "shop/buildspec.yml", "version: 0.2".getBytes(StandardCharsets.UTF_8));

    assertThat(inS3("specs/shop/", null)).isEqualTo(new Found("version: 0.2"));
    assertThat(files.inBucket("specs", "shop/buildspec.yml")).isEqualTo(new Found("version: 0.2"));
  }

  @Test
  void tellsWhatIsMissing() throws IOException {
    var data = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(data)) {
      zip.putNextEntry(new ZipEntry("README.md"));
    }
    put("specs", "empty.zip", data.toByteArray());

    assertThat(inS3("specs/empty.zip", null)).isEqualTo(new Missing());
    assertThat(why(inS3("specs/nothing.zip", null)))
        .isEqualTo("there is no object nothing.zip in bucket specs");
    assertThat(why(inS3("team-nowhere/shop.zip", null))).isEqualTo("S3 answers NoSuchBucket");
    assertThat(why(inS3("specs", null))).contains("not an S3 location");
  }

  @Test
  void readsNoBucketThatIsNotNamed() {
    put("others", "buildspec.yml", "version: 0.2".getBytes(StandardCharsets.UTF_8));

    assertThat(why(files.inBucket("others", "buildspec.yml")))
        .endsWith("deploy with -c sourceBuckets=others");
    assertThat(why(inS3("my-team-sources/shop.zip", null)))
        .endsWith("deploy with -c sourceBuckets=my-team-sources");
  }

  @Test
  void leavesOtherSourcesToOthers() {
    assertThat(why(files.inSource(build("GITHUB", "https://github.com/a/b.git", null), "x")))
        .contains("no API of AWS reads a source of GITHUB");
    assertThat(why(files.inSource(build("NO_SOURCE", null, null), "x"))).contains("no source");
  }

  private SourceFile inS3(String location, @Nullable String version) {
    return files.inSource(build("S3", location, version), "buildspec.yml");
  }

  private static String why(SourceFile file) {
    assertThat(file).isInstanceOf(OutOfReach.class);
    return ((OutOfReach) file).why();
  }

  private static String put(String bucket, String key, byte[] content) {
    return S3.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(content))
        .versionId();
  }

  private static byte[] zip(String buildspec) throws IOException {
    var data = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(data)) {
      zip.putNextEntry(new ZipEntry("Dockerfile"));
      zip.write("FROM ruby:2.7\n".getBytes(StandardCharsets.UTF_8));
      zip.putNextEntry(new ZipEntry("buildspec.yml"));
      zip.write(buildspec.getBytes(StandardCharsets.UTF_8));
    }
    return data.toByteArray();
  }

  private static Build build(String type, @Nullable String location, @Nullable String version) {
    return SampleBuild.failed().withSource(new Source(type, location, null), version).build();
  }
}
