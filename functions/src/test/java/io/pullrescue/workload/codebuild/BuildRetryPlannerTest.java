package io.pullrescue.workload.codebuild;

import static io.pullrescue.workload.codebuild.PlannerFixture.FIRST;
import static io.pullrescue.workload.codebuild.PlannerFixture.MIRROR;
import static io.pullrescue.workload.codebuild.PlannerFixture.MIRROR_REQUESTED_DIRECTLY;
import static io.pullrescue.workload.codebuild.PlannerFixture.NODE;
import static io.pullrescue.workload.codebuild.PlannerFixture.RUBY;
import static io.pullrescue.workload.codebuild.PlannerFixture.asStartBuild;
import static io.pullrescue.workload.codebuild.PlannerFixture.plan;
import static io.pullrescue.workload.codebuild.PlannerFixture.skipReason;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.RetryConfig;
import io.pullrescue.image.ImageReference;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.workload.codebuild.BuildRetryPlan.StartBuild;
import io.pullrescue.workload.codebuild.buildspec.Buildspec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.codebuild.model.EnvironmentType;

final class BuildRetryPlannerTest {
  @Test
  void replacesEnvironmentImageWhenItCannotBePulled() {
    var plan = asStartBuild(plan(SampleBuild.failedIn("PROVISIONING"), RUBY));

    assertThat(plan.environmentImage()).isEqualTo(RUBY.mirrorReference());
    assertThat(plan.buildspec()).isNull();
  }

  @Test
  void pinsEnvironmentImageThatReferencesMirror() {
    var missing = MIRROR.mirrorReference(ImageReference.of("ruby:2.7")).orElseThrow().toString();
    var plan = asStartBuild(plan(SampleBuild.failedIn("PROVISIONING").withImage(missing), RUBY));

    assertThat(plan.environmentImage()).isEqualTo(RUBY.mirrorReference());
  }

  @Test
  void addsSubstitutionScriptBeforeOtherCommands() {
    var plan = asStartBuild(plan(SampleBuild.failedIn("BUILD"), RUBY));

    assertThat(plan.environmentImage()).isNull();
    assertThat(plan.buildspec())
        .startsWith("version: 0.2\nphases:\n  build:\n    commands:\n      - \": pull-rescue\\n")
        .contains("'library/ruby:2.7=docker-hub/library/ruby@" + RUBY.digest() + "'")
        .endsWith("\n      - docker build -t app .\n");
  }

  @Test
  void passesRetryStateToNewBuild() {
    var plan = asStartBuild(plan(SampleBuild.failedIn("BUILD"), RUBY));

    assertThat(plan.retryState().environmentVariables())
        .containsEntry("PULL_RESCUE_ORIGINAL_BUILD_ID", SampleBuild.ID)
        .containsEntry("PULL_RESCUE_ATTEMPT", "1")
        .containsEntry(
            "PULL_RESCUE_IMAGES", "docker.io/library/ruby:2.7=" + RUBY.mirrorReference());
  }

  @Test
  void retriesWithBothImagesWhenRetryFailsOnAnother() {
    var retryState = new RetryState(FIRST, 1, List.of(RUBY));

    var plan =
        asStartBuild(
            plan(
                SampleBuild.failedIn("BUILD")
                    .startedByPullRescue()
                    .withVariables(retryState.environmentVariables()),
                NODE));

    assertThat(plan.retryState()).isEqualTo(new RetryState(FIRST, 2, List.of(RUBY, NODE)));
    assertThat(plan.buildspec()).contains("library/ruby").contains("library/node");
  }

  @Test
  void replacesScriptOfEarlierAttempt() {
    var first = asStartBuild(plan(SampleBuild.failedIn("BUILD"), RUBY));
    var retried = SampleBuild.failedIn("BUILD").withBuildspec(first.buildspec());

    var second =
        asStartBuild(
            plan(
                retried
                    .startedByPullRescue()
                    .withVariables(first.retryState().environmentVariables()),
                NODE));

    assertThat(second.buildspec()).containsOnlyOnce(": pull-rescue\\n").contains("library/node");
  }

  @Test
  void skipsBuildsThatOverridesCannotFix() {
    assertThat(
            skipReason(plan(SampleBuild.failedIn("PROVISIONING").withRegistryCredential(), RUBY)))
        .contains("registry credential")
        .contains(RUBY.mirrorReference().toString());
    assertThat(skipReason(plan(SampleBuild.failedIn("PROVISIONING").withImage("node:18"), RUBY)))
        .contains("not among the mirrored images");
    assertThat(skipReason(plan(SampleBuild.failedIn("BUILD").withoutPrivilegedMode(), RUBY)))
        .contains("without privileged mode");
    assertThat(
            skipReason(plan(SampleBuild.failedIn("BUILD").withBuildspec("../buildspec.yml"), RUBY)))
        .contains("neither inline YAML nor a plain path");
    assertThat(skipReason(plan(SampleBuild.failedIn("BUILD").withBuildspec("phases:\n - ["), RUBY)))
        .contains("cannot be read as YAML: line 2");
  }

  @Test
  void substitutesImagesWhereDaemonNeedsNoPrivilegedMode() {
    var unprivileged = SampleBuild.failedIn("BUILD").withoutPrivilegedMode();
    var context = PlannerFixture.context(unprivileged, SampleBuild.project(), List.of());
    var withDaemonInLog =
        new RetryContext(
            context.build(),
            context.project(),
            context.history(),
            true,
            List.of(),
            PlannerFixture.NOW);

    assertThat(new PlannerFixture(RetryConfig.DEFAULTS).plan(withDaemonInLog, RUBY))
        .isInstanceOf(StartBuild.class);
    for (var build :
        List.of(
            unprivileged.withEnvironmentType(EnvironmentType.LINUX_EC2),
            unprivileged.withEnvironmentType(EnvironmentType.ARM_EC2),
            unprivileged.withDockerServer())) {
      assertThat(plan(build, RUBY)).isInstanceOf(StartBuild.class);
    }
    assertThat(
            skipReason(
                plan(
                    unprivileged.withEnvironmentType(EnvironmentType.LINUX_LAMBDA_CONTAINER),
                    RUBY)))
        .startsWith("it runs without privileged mode, and its log shows no Docker daemon");
  }

  @ParameterizedTest
  @CsvSource({
    "1_000, mirror.py",
    "16_000, base64 -d | gzip -dc",
    "20_000, base64 -d | gzip -dc",
    "25_000, 't docker-hub/library/ruby@'"
  })
  void shortensSubstitutionForLongBuildspec(String characters, String expected) {
    var plan =
        asStartBuild(
            plan(failedWithBuildspecOf(Integer.parseInt(characters.replace("_", ""))), RUBY));

    assertThat(plan.buildspec())
        .hasSizeLessThanOrEqualTo(Buildspec.MAX_CHARACTERS)
        .contains(expected);
  }

  @Test
  void skipsBuildspecWithoutSpaceForSubstitution() {
    assertThat(skipReason(plan(failedWithBuildspecOf(25_500), RUBY)))
        .contains("more than the 25,600 characters that CodeBuild accepts");
    assertThat(skipReason(plan(failedWithBuildspecOf(26_000), RUBY))).contains("26,000 characters");
  }

  @Test
  void substitutesInFailedPhaseOfCustomImage() {
    assertThat(substitutedPhase("aws/codebuild/standard:7.0")).isEqualTo("install");
    assertThat(substitutedPhase("docker:dind")).isEqualTo("build");
  }

  private String substitutedPhase(String environmentImage) {
    var buildspec =
        "version: 0.2\nphases:\n  install:\n    commands:\n      - dockerd &\n  build:\n    commands:\n      - make\n";
    var build = SampleBuild.failedIn("BUILD").withImage(environmentImage).withBuildspec(buildspec);
    var edited = String.valueOf(asStartBuild(plan(build, RUBY)).buildspec());
    return edited.indexOf(": pull-rescue") < edited.indexOf("dockerd &\n") ? "install" : "build";
  }

  private static SampleBuild failedWithBuildspecOf(int characters) {
    var padding = characters - SampleBuild.BUILDSPEC.length() - 1;
    return SampleBuild.failedIn("BUILD")
        .withBuildspec(SampleBuild.BUILDSPEC + "#" + "x".repeat(padding));
  }

  @Test
  void retriesBuildThatReferencesMirrorUnchanged() {
    var plan =
        asStartBuild(
            plan(SampleBuild.failedIn("BUILD").withoutPrivilegedMode(), MIRROR_REQUESTED_DIRECTLY));

    assertThat(plan.environmentImage()).isNull();
    assertThat(plan.buildspec()).isNull();
    assertThat(
            skipReason(
                plan(
                    SampleBuild.failedIn("BUILD")
                        .startedByPullRescue()
                        .withVariables(plan.retryState().environmentVariables()),
                    MIRROR_REQUESTED_DIRECTLY)))
        .contains("already used the mirrored image");
  }

  @Test
  void overridesEnvironmentImageThatIsInMirror() {
    var mirroredImage = MIRROR_REQUESTED_DIRECTLY;
    var image = SampleBuild.failedIn("PROVISIONING").withImage(mirroredImage.image().toString());

    assertThat(asStartBuild(plan(image, mirroredImage)).environmentImage())
        .isEqualTo(mirroredImage.mirrorReference());
  }
}
