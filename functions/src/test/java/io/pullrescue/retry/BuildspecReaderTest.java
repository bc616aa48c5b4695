package io.pullrescue.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.failure.Build;
import io.pullrescue.failure.LogText;
import io.pullrescue.failure.SampleBuild;
import io.pullrescue.retry.BuildspecPlace.InBucket;
import io.pullrescue.retry.BuildspecPlace.InSource;
import io.pullrescue.retry.BuildspecReading.Pending;
import io.pullrescue.retry.BuildspecReading.Text;
import io.pullrescue.retry.BuildspecReading.Unreadable;
import io.pullrescue.retry.SourceFile.Found;
import io.pullrescue.retry.SourceFile.Missing;
import io.pullrescue.retry.SourceFile.OutOfReach;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BuildspecReaderTest {
  private static final InSource IN_SOURCE = new InSource("buildspec.yml");
  private static final InBucket IN_BUCKET = new InBucket("specs", "shop.yml");
  private static final ProbeReader PROBES =
      new ProbeReader(new NoneYet(), (location, span) -> new LogText.Lines(List.of()));

  @Test
  void takesTheFileThatAnApiGives() {
    assertThat(read(IN_SOURCE, new Found("abc"))).isEqualTo(new Text("abc"));
    assertThat(read(IN_BUCKET, new Found("abc"))).isEqualTo(new Text("abc"));
  }

  @Test
  void saysSoWhereThereIsNone() {
    assertThat(read(IN_SOURCE, new Missing()))
        .isEqualTo(new Unreadable("its source has no file buildspec.yml"));
    assertThat(read(IN_BUCKET, new Missing()))
        .isEqualTo(new Unreadable("its buildspec s3://specs/shop.yml does not exist"));
  }

  @Test
  void aSourceThatNoApiReachesIsProbed() {
    assertThat(read(IN_SOURCE, new OutOfReach("why")))
        .isEqualTo(new Pending("probe shop:probe reads buildspec.yml"));
  }

  @Test
  void anObjectIsNotProbedBecauseItIsNotInTheSource() {
    assertThat(read(IN_BUCKET, new OutOfReach("Amazon S3 answers AccessDenied")))
        .isEqualTo(
            new Unreadable(
                "its buildspec s3://specs/shop.yml cannot be read: Amazon S3 answers AccessDenied"));
  }

  @Test
  void withoutProbesItSaysWhatIsInTheWay() {
    var reader = new BuildspecReader(files(new OutOfReach("no API reads GITHUB")), null);

    assertThat(reader.read(open(IN_SOURCE)))
        .isEqualTo(
            new Unreadable(
                "its buildspec buildspec.yml cannot be read by API (no API reads GITHUB), and probe"
                    + " builds are switched off"));
  }

  private static BuildspecReading read(BuildspecPlace.Elsewhere place, SourceFile file) {
    return new BuildspecReader(files(file), PROBES).read(open(place));
  }

  private static RetryPlan.ReadBuildspec open(BuildspecPlace.Elsewhere place) {
    var build = SampleBuild.failedIn("BUILD").build();
    return new RetryPlan.ReadBuildspec(build, new Chain(build.id(), 1, List.of()), place);
  }

  private static SourceFiles files(SourceFile file) {
    return new SourceFiles() {
      @Override
      public SourceFile inSource(Build build, String path) {
        return file;
      }

      @Override
      public SourceFile inBucket(String bucket, String key) {
        return file;
      }
    };
  }

  /** An account in which no probe was started before. */
  private static final class NoneYet implements Probes {
    @Override
    public List<Build> of(String project) {
      return List.of();
    }

    @Override
    public String start(Build build, Probe probe) {
      return "shop:probe";
    }
  }
}
