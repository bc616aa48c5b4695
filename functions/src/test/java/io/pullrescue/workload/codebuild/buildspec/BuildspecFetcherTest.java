package io.pullrescue.workload.codebuild.buildspec;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.testing.SampleBuild;
import io.pullrescue.workload.codebuild.Build;
import io.pullrescue.workload.codebuild.BuildRetryPlan;
import io.pullrescue.workload.codebuild.RetryState;
import io.pullrescue.workload.codebuild.buildspec.BuildspecFetchResult.Pending;
import io.pullrescue.workload.codebuild.buildspec.BuildspecFetchResult.Text;
import io.pullrescue.workload.codebuild.buildspec.BuildspecFetchResult.Unreadable;
import io.pullrescue.workload.codebuild.buildspec.BuildspecLocation.S3Object;
import io.pullrescue.workload.codebuild.buildspec.BuildspecLocation.SourceFile;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Found;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.NotFound;
import io.pullrescue.workload.codebuild.buildspec.FetchResult.Unavailable;
import io.pullrescue.workload.codebuild.log.LogResult;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BuildspecFetcherTest {
  private static final SourceFile SOURCE_FILE = new SourceFile("buildspec.yml");
  private static final S3Object S3_OBJECT = new S3Object("specs", "shop.yml");
  private static final ProbeFetcher PROBES =
      new ProbeFetcher(
          new FakeProbeStarter(), (location, timeRange) -> new LogResult.Lines(List.of()));

  @Test
  void returnsFileReadByApi() {
    assertThat(fetch(SOURCE_FILE, new Found("abc"))).isEqualTo(new Text("abc"));
    assertThat(fetch(S3_OBJECT, new Found("abc"))).isEqualTo(new Text("abc"));
  }

  @Test
  void reportsMissingFile() {
    assertThat(fetch(SOURCE_FILE, new NotFound()))
        .isEqualTo(new Unreadable("its source has no file buildspec.yml"));
    assertThat(fetch(S3_OBJECT, new NotFound()))
        .isEqualTo(new Unreadable("its buildspec s3://specs/shop.yml does not exist"));
  }

  @Test
  void probesSourceThatNoApiCanRead() {
    assertThat(fetch(SOURCE_FILE, new Unavailable("why")))
        .isEqualTo(new Pending("probe shop:probe reads buildspec.yml"));
  }

  @Test
  void doesNotProbeS3Object() {
    assertThat(fetch(S3_OBJECT, new Unavailable("Amazon S3 answers AccessDenied")))
        .isEqualTo(
            new Unreadable(
                "its buildspec s3://specs/shop.yml cannot be read: Amazon S3 answers AccessDenied"));
  }

  @Test
  void reportsReasonWhenProbesAreDisabled() {
    var reader = new BuildspecFetcher(files(new Unavailable("no API reads GITHUB")), null);

    assertThat(reader.fetch(fetchPlan(SOURCE_FILE)))
        .isEqualTo(
            new Unreadable(
                "its buildspec buildspec.yml cannot be read by API (no API reads GITHUB), and probe"
                    + " builds are switched off"));
  }

  private static BuildspecFetchResult fetch(BuildspecLocation.External location, FetchResult file) {
    return new BuildspecFetcher(files(file), PROBES).fetch(fetchPlan(location));
  }

  private static BuildRetryPlan.FetchBuildspec fetchPlan(BuildspecLocation.External location) {
    var build = SampleBuild.failedIn("BUILD").build();
    return new BuildRetryPlan.FetchBuildspec(
        build, new RetryState(build.id(), 1, List.of()), location);
  }

  private static SourceFileReaderPort files(FetchResult file) {
    return new SourceFileReaderPort() {
      @Override
      public FetchResult readSourceFile(Build build, String path) {
        return file;
      }

      @Override
      public FetchResult readS3Object(String bucket, String key) {
        return file;
      }
    };
  }

  /** An account in which no probe was started before. */
  private static final class FakeProbeStarter implements ProbeStarterPort {
    @Override
    public List<Build> findRecent(String project) {
      return List.of();
    }

    @Override
    public String start(Build build, ProbeBuild probe) {
      return "shop:probe";
    }
  }
}
