package io.pullrescue.workload.codebuild;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.testing.FakeCloudWatchLogsClient;
import io.pullrescue.testing.FakeCodeBuildClient;
import io.pullrescue.testing.FakeCodeCommitClient;
import io.pullrescue.testing.FakeS3Client;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.text.WildcardMatcher;
import io.pullrescue.workload.codebuild.buildspec.BuildspecLocation;
import io.pullrescue.workload.codebuild.buildspec.BuildspecLocation.S3Object;
import io.pullrescue.workload.codebuild.buildspec.BuildspecLocation.SourceFile;
import io.pullrescue.workload.codebuild.buildspec.FetchResult;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Found;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.NotFound;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Pending;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Unavailable;
import io.pullrescue.workload.codebuild.buildspec.SourceFileReader;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.codebuild.model.SourceType;

final class BuildspecFetcherTest {
  private static final SourceFile SOURCE_FILE = new SourceFile("buildspec.yml");
  private static final S3Object S3_OBJECT = new S3Object("specs", "shop.yml");

  private final FakeCodeBuildClient codeBuild = new FakeCodeBuildClient();
  private final FakeCodeCommitClient codeCommit = new FakeCodeCommitClient();
  private final FakeS3Client s3 = new FakeS3Client();
  private final ProbeFetcher probeFetcher =
      new ProbeFetcher(new ProbeStarter(codeBuild), new FakeCloudWatchLogsClient().reader());
  private SampleBuild build = SampleBuild.failedIn("BUILD");

  @Test
  void returnsFileReadByApi() {
    codeCommit.files.put("buildspec.yml", "abc");
    s3.objects.put("specs/shop.yml", "abc");
    useCodeCommit();

    assertThat(fetch(SOURCE_FILE, probeFetcher)).isEqualTo(new Found("abc"));
    assertThat(fetch(S3_OBJECT, probeFetcher)).isEqualTo(new Found("abc"));
    assertThat(codeBuild.calls).isEmpty();
  }

  @Test
  void reportsMissingFile() {
    useCodeCommit();

    assertThat(fetch(SOURCE_FILE, probeFetcher)).isEqualTo(new NotFound());
    assertThat(fetch(S3_OBJECT, probeFetcher))
        .isEqualTo(
            new Unavailable(
                "its buildspec s3://specs/shop.yml cannot be read: object shop.yml does not exist in"
                    + " bucket specs"));
    assertThat(codeBuild.calls).isEmpty();
  }

  @Test
  void probesSourceThatNoApiCanRead() {
    assertThat(fetch(SOURCE_FILE, probeFetcher))
        .isEqualTo(new Pending("probe build shop:again-1 reads buildspec.yml"));
    assertThat(codeBuild.calls).containsExactly("StartBuild");
  }

  @Test
  void doesNotProbeS3Object() {
    s3.accessDenied = true;

    assertThat(fetch(S3_OBJECT, probeFetcher))
        .isEqualTo(
            new Unavailable(
                "its buildspec s3://specs/shop.yml cannot be read: S3 answers AccessDenied"));
    assertThat(codeBuild.calls).isEmpty();
  }

  @Test
  void reportsReasonWhenProbesAreDisabled() {
    assertThat(fetch(SOURCE_FILE, null))
        .isEqualTo(
            new Unavailable(
                "its buildspec buildspec.yml in the source cannot be read: no AWS API can read a"
                    + " source of type GITHUB, and probe builds are disabled; set `probeBuilds` to"
                    + " true"));
  }

  private void useCodeCommit() {
    build = build.withSourceType(SourceType.CODECOMMIT, FakeCodeCommitClient.REPOSITORY_URL);
  }

  private FetchResult fetch(
      BuildspecLocation.External location, @Nullable ProbeFetcher probeFetcher) {
    var sourceFiles =
        new SourceFileReader(
            new WildcardMatcher(List.of("specs")), () -> s3, "us-east-1", () -> codeCommit);
    var context =
        new RetryContext(
            build.build(),
            SampleBuild.project(),
            new BuildHistory(List.of(), true, TestFixtures.RETRY_ROLE),
            false,
            List.of(),
            Instant.EPOCH);
    return new BuildspecFetcher(sourceFiles, probeFetcher).fetch(location, context);
  }
}
