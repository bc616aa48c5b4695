package io.pullrescue.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.failure.Build.LogLocation;
import io.pullrescue.failure.Build.LogLocation.InCloudWatch;
import io.pullrescue.failure.Build.LogLocation.InS3;
import io.pullrescue.failure.Build.Phase;
import io.pullrescue.failure.Excerpt.Place;
import io.pullrescue.image.ImageReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class BuildReaderTest {
  private static final String ID = "shop:b0c7d1f4-6a2e-4f83-8d15-3c9e7a5b2f60";
  private static final LogLocation LOG = new InCloudWatch("/aws/codebuild/shop", "b0c7d1f4");
  private static final Instant START = Instant.parse("2026-06-15T10:31:00Z");
  private static final Phase SUBMITTED = new Phase("SUBMITTED", "SUCCEEDED", "", null, null);
  private static final Phase BUILD_FAILED =
      new Phase("BUILD", "FAILED", "COMMAND_EXECUTION_ERROR: exit status 1", null, null);
  private static final Phase PROVISIONING_FAILED =
      new Phase(
          "PROVISIONING", "FAILED", "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE: Unable", null, null);

  @Test
  void takesTheEnvironmentImageWhenItCouldNotBeProvisioned() {
    var reading = read(build("FAILED", "ruby:2.7", null, SUBMITTED, PROVISIONING_FAILED));

    var failure = complete(reading);
    assertThat(failure.imageOfRecord()).isEqualTo(ImageReference.of("ruby:2.7"));
    assertThat(failure.excerpts())
        .containsExactly(
            new Excerpt(Place.PHASE_CONTEXT, "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE: Unable"));
  }

  @Test
  void curatedImagesAreNobodysUpstream() {
    var reading =
        read(build("FAILED", "aws/codebuild/standard:7.0", null, SUBMITTED, PROVISIONING_FAILED));

    assertThat(complete(reading).imageOfRecord()).isNull();
  }

  @Test
  void dividesTheLogOfAPhaseAtItsLastCommand() {
    var reading =
        read(
            build("FAILED", "aws/codebuild/standard:7.0", LOG, SUBMITTED, BUILD_FAILED),
            "[Container] 2026/06/15 10:31:00.000001 Entering phase PRE_BUILD",
            "[Container] 2026/06/15 10:31:00.000002 Running command echo before",
            "[Container] 2026/06/15 10:31:01.000001 Phase complete: PRE_BUILD State: SUCCEEDED",
            "[Container] 2026/06/15 10:31:02.000001 Entering phase BUILD",
            "[Container] 2026/06/15 10:31:02.000002 Running command docker pull x || true",
            "Error response from daemon: toomanyrequests",
            "[Container] 2026/06/15 10:31:03.000001 Running command docker build .",
            "Step 1/2 : FROM ruby:2.7",
            "[Container] 2026/06/15 10:31:04.000001 Phase complete: BUILD State: FAILED",
            "[Container] 2026/06/15 10:31:05.000001 Entering phase POST_BUILD");

    var excerpts = complete(reading).excerpts();
    assertThat(excerpts.get(0).place()).isEqualTo(Place.FAILING_COMMAND);
    assertThat(excerpts.get(0).text()).contains("FROM ruby:2.7").doesNotContain("toomanyrequests");
    assertThat(excerpts.get(1).place()).isEqualTo(Place.EARLIER_COMMANDS);
    assertThat(excerpts.get(1).text()).contains("toomanyrequests").doesNotContain("echo before");
  }

  @Test
  void aLogWithoutTheEndOfItsPhaseIsStillOnItsWay() {
    var reading =
        read(
            build("FAILED", "aws/codebuild/standard:7.0", LOG, SUBMITTED, BUILD_FAILED),
            "[Container] 2026/06/15 10:31:02.000001 Entering phase BUILD");

    assertThat(reading).isInstanceOf(Reading.TooEarly.class);
  }

  @Test
  void aPhaseThatTheBuildWentOnAfterIsNotWhatItFailedOf() {
    var survived = phase("PRE_BUILD", "FAILED", 10);
    var decisive = phase("BUILD", "FAILED", 20);
    var reading =
        read(
            build(
                "FAILED",
                "ruby:2.7",
                LOG,
                survived,
                decisive,
                phase("POST_BUILD", "SUCCEEDED", 30)),
            "[Container] 2026/06/15 10:31:00.000001 Entering phase PRE_BUILD",
            "[Container] 2026/06/15 10:31:00.000002 Running command docker pull redis:7",
            "Error response from daemon: toomanyrequests",
            "[Container] 2026/06/15 10:31:01.000001 Phase complete: PRE_BUILD State: FAILED",
            "[Container] 2026/06/15 10:31:02.000001 Entering phase BUILD",
            "[Container] 2026/06/15 10:31:03.000001 Running command make test",
            "1 test failed",
            "[Container] 2026/06/15 10:31:04.000001 Phase complete: BUILD State: FAILED");

    var excerpts = complete(reading).excerpts();
    assertThat(excerpts.get(0).text()).contains("1 test failed").doesNotContain("toomanyrequests");
    assertThat(excerpts.get(1).place()).isEqualTo(Place.EARLIER_COMMANDS);
    assertThat(excerpts.get(1).text()).contains("docker pull redis:7", "toomanyrequests");
  }

  @Test
  void aPhaseThatTheBuildWentOnAfterStillDecidesWhereNothingElseFailed() {
    assertThat(decisive(phase("PRE_BUILD", "FAILED", 10), phase("BUILD", "SUCCEEDED", 20)))
        .contains("PRE_BUILD");
  }

  @Test
  void aFailureOfTheCommandsAfterTheBuildDoesNotHideThatOfTheBuild() {
    assertThat(decisive(phase("BUILD", "FAILED", 10), phase("POST_BUILD", "FAILED", 20)))
        .contains("BUILD");
  }

  @Test
  void asksForNoMoreOfTheLogThanThePhasesThatFailedWrote() {
    var asked = new ArrayList<TimeSpan>();
    read(
        build(
            "FAILED",
            "ruby:2.7",
            LOG,
            phase("INSTALL", "SUCCEEDED", 0),
            phase("PRE_BUILD", "FAILED", 100),
            phase("BUILD", "FAILED", 200),
            phase("POST_BUILD", "SUCCEEDED", 300)),
        (location, span) -> {
          asked.add(span);
          return new LogText.Lines(List.of());
        });

    assertThat(asked)
        .containsExactly(new TimeSpan(START.plusSeconds(100 - 60), START.plusSeconds(209 + 60)));
  }

  @Test
  void aLogThatMayNotBeReadIsSaidWithWhatToDo() {
    var reading =
        read(
            build("FAILED", "ruby:2.7", new InS3("logs", "shop/1.gz"), BUILD_FAILED),
            (location, span) -> new LogText.OutOfReach("deploy with -c buildLogBuckets=logs"));

    assertThat(reading)
        .isInstanceOfSatisfying(Reading.Nothing.class, it -> why(it, "-c buildLogBuckets=logs"));
  }

  @Test
  void aLogThatIsNotThereMayYetCome() {
    var reading =
        read(
            build("FAILED", "ruby:2.7", LOG, BUILD_FAILED),
            (location, span) -> new LogText.Absent("no stream"));

    assertThat(reading).isInstanceOf(Reading.TooEarly.class);
  }

  @Test
  void namesTheRoleThatTheCommandsHave() {
    var reading = read(build("FAILED", "ruby:2.7", null, PROVISIONING_FAILED));

    assertThat(complete(reading).role()).endsWith(":role/service-role/shop-builds");
  }

  @Test
  void aPhaseThatSucceededAfterTheFailureDoesNotHideIt() {
    var after = new Phase("POST_BUILD", "SUCCEEDED", "", null, null);
    var reading = read(build("FAILED", "ruby:2.7", null, PROVISIONING_FAILED, after));

    assertThat(reading).isInstanceOf(Reading.Complete.class);
  }

  @Test
  void saysWhyThereIsNothingToRead() {
    assertThat(read(null)).isInstanceOfSatisfying(Reading.Nothing.class, it -> why(it, "knows no"));
    assertThat(read(build("SUCCEEDED", "ruby:2.7", null, SUBMITTED)))
        .isInstanceOfSatisfying(Reading.Nothing.class, it -> why(it, "is SUCCEEDED"));
    assertThat(read(build("FAILED", "ruby:2.7", null, SUBMITTED, BUILD_FAILED)))
        .isInstanceOfSatisfying(Reading.Nothing.class, it -> why(it, "keeps no log"));
  }

  @Test
  void aProbeThatFailsIsNobodysFailure() {
    var probe = SampleBuild.failedIn("PROVISIONING").withVariables(Map.of(Build.PROBE, ID)).build();

    assertThat(read(probe))
        .isInstanceOfSatisfying(Reading.Nothing.class, it -> why(it, "is a probe"));
  }

  private static Optional<String> decisive(Phase... phases) {
    return build("FAILED", "ruby:2.7", LOG, phases).failedPhase().map(Phase::type);
  }

  private static Phase phase(String type, String status, int second) {
    var start = START.plusSeconds(second);
    return new Phase(type, status, "", start, start.plusSeconds(9));
  }

  private static void why(Reading.Nothing nothing, String words) {
    assertThat(nothing.why()).contains(words).contains(ID);
  }

  private static Failure complete(Reading reading) {
    assertThat(reading).isInstanceOf(Reading.Complete.class);
    return ((Reading.Complete) reading).failures().getFirst();
  }

  private static Reading read(@Nullable Build build, String... log) {
    return read(build, (location, span) -> new LogText.Lines(List.of(log)));
  }

  private static Reading read(@Nullable Build build, BuildLog log) {
    return new BuildReader(id -> Optional.ofNullable(build).filter(it -> it.id().equals(id)), log)
        .read(ID);
  }

  private static Build build(
      String status, String image, @Nullable LogLocation log, Phase... phases) {
    return SampleBuild.failed()
        .withStatus(status)
        .withImage(image)
        .withLog(log)
        .withPhases(phases)
        .build();
  }
}
