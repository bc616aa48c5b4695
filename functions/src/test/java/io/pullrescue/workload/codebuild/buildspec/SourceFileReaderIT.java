package io.pullrescue.workload.codebuild.buildspec;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.testing.MotoServer;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.text.WildcardMatcher;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Found;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.NotFound;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Unavailable;
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
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codecommit.CodeCommitClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/** Reads sources from Amazon S3, emulated by moto. */
class SourceFileReaderIT {
  @RegisterExtension static final MotoServer MOTO = MotoServer.start();

  private static final S3Client S3 = MOTO.client(S3Client.builder().forcePathStyle(true));

  private final SourceFileReader files =
      new SourceFileReader(
          new WildcardMatcher(List.of("team-*", "specs")),
          () -> S3,
          "us-east-1",
          () -> MOTO.client(CodeCommitClient.builder()));

  @BeforeAll
  static void createBuckets() {
    for (var bucket : List.of("team-sources", "specs", "others")) {
      S3.createBucket(request -> request.bucket(bucket));
    }
    S3.putBucketVersioning(request ->
        request
            .bucket("team-sources")
            .versioningConfiguration(builder -> builder.status(BucketVersioningStatus.ENABLED)));
  }

  @Test
  void readsZipInBuiltVersion() throws IOException {
    var first = put("team-sources", "shop.zip", zip("version: 0.2 # first"));
    put("team-sources", "shop.zip", zip("version: 0.2 # second"));

    assertThat(readFromS3("team-sources/shop.zip", first))
        .isEqualTo(new Found("version: 0.2 # first"));
    assertThat(readFromS3("arn:aws:s3:::team-sources/shop.zip", null))
        .isEqualTo(new Found("version: 0.2 # second"));
  }

  @Test
  void readsObjectByPrefixAndByArn() {
    put("specs", "shop/buildspec.yml", "version: 0.2".getBytes(StandardCharsets.UTF_8));

    assertThat(readFromS3("specs/shop/", null)).isEqualTo(new Found("version: 0.2"));
    assertThat(files.readS3Object("specs", "shop/buildspec.yml"))
        .isEqualTo(new Found("version: 0.2"));
  }

  @Test
  void reportsMissingFilesAndObjects() throws IOException {
    var data = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(data)) {
      zip.putNextEntry(new ZipEntry("README.md"));
    }
    put("specs", "empty.zip", data.toByteArray());

    assertThat(readFromS3("specs/empty.zip", null)).isEqualTo(new NotFound());
    assertThat(reason(readFromS3("specs/nothing.zip", null)))
        .isEqualTo("object nothing.zip does not exist in bucket specs");
    assertThat(reason(readFromS3("team-nowhere/shop.zip", null)))
        .isEqualTo("S3 answers NoSuchBucket");
    assertThat(reason(readFromS3("specs", null))).contains("not an S3 location");
  }

  @Test
  void rejectsBucketThatIsNotAllowed() {
    put("others", "buildspec.yml", "version: 0.2".getBytes(StandardCharsets.UTF_8));

    assertThat(reason(files.readS3Object("others", "buildspec.yml")))
        .endsWith("deploy with -c sourceBuckets=others");
    assertThat(reason(readFromS3("my-team-sources/shop.zip", null)))
        .endsWith("deploy with -c sourceBuckets=my-team-sources");
  }

  @Test
  void rejectsUnsupportedSourceTypes() {
    assertThat(
            reason(files.readSourceFile(build("GITHUB", "https://github.com/a/b.git", null), "x")))
        .contains("no AWS API can read a source of type GITHUB");
    assertThat(reason(files.readSourceFile(build("NO_SOURCE", null, null), "x")))
        .contains("no source");
  }

  private FetchResult readFromS3(String location, @Nullable String version) {
    return files.readSourceFile(build("S3", location, version), "buildspec.yml");
  }

  private static String reason(FetchResult file) {
    assertThat(file).isInstanceOf(Unavailable.class);
    return ((Unavailable) file).reason();
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
    return SampleBuild.failed()
        .withSource(SampleBuild.source(type, location, null), version)
        .build();
  }
}
