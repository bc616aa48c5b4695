package io.pullrescue.workload.codebuild;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.codebuild.BuildRetryPlan.FetchBuildspec;
import io.pullrescue.workload.codebuild.BuildRetryPlan.Skip;
import io.pullrescue.workload.codebuild.BuildRetryPlan.StartBuild;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.Project;

/** Plans retries of sample builds under a configuration. */
record PlannerFixture(RetryConfig config) {
  static final MirrorNaming MIRROR =
      new MirrorNaming(
          "123456789012.dkr.ecr.eu-west-1.amazonaws.com", MirrorNaming.DEFAULT_PREFIXES);
  static final Instant NOW = Instant.parse("2026-06-15T10:31:04Z");

  /** The id of the first build of a chain. */
  static final String FIRST = "shop:00000000-0000-4000-8000-000000000001";

  static final MirroredImage RUBY = mirrored("ruby:2.7");
  static final MirroredImage NODE = mirrored("node:18");

  /** An image that a build references by its name in the mirror. */
  static final MirroredImage MIRROR_REQUESTED_DIRECTLY = requestedFromMirror();

  static BuildRetryPlan plan(SampleBuild build, MirroredImage... mirroredImages) {
    return new PlannerFixture(RetryConfig.DEFAULTS).plan(build, List.of(), mirroredImages);
  }

  static BuildRetryPlan resume(SampleBuild build, FetchBuildspec fetchPlan, String buildspec) {
    return new PlannerFixture(RetryConfig.DEFAULTS).resumePlan(build, fetchPlan, buildspec);
  }

  BuildRetryPlan resumePlan(SampleBuild build, FetchBuildspec fetchPlan, String buildspec) {
    return new BuildRetryPlanner(MIRROR, config)
        .plan(context(build, SampleBuild.project(), List.of()), fetchPlan, buildspec);
  }

  static RetryContext context(SampleBuild build, Project project, List<Build> history) {
    return new RetryContext(
        build.build(),
        project,
        new BuildHistory(history, true, TestFixtures.RETRY_ROLE),
        false,
        List.of(),
        NOW);
  }

  BuildRetryPlan plan(
      SampleBuild build, List<Build> earlierBuilds, MirroredImage... mirroredImages) {
    return plan(build, SampleBuild.project(), earlierBuilds, mirroredImages);
  }

  BuildRetryPlan plan(
      SampleBuild build,
      Project project,
      List<Build> earlierBuilds,
      MirroredImage... mirroredImages) {
    return plan(context(build, project, earlierBuilds), mirroredImages);
  }

  BuildRetryPlan plan(RetryContext context, MirroredImage... mirroredImages) {
    return new BuildRetryPlanner(MIRROR, config).plan(context, List.of(mirroredImages));
  }

  static StartBuild asStartBuild(BuildRetryPlan plan) {
    assertThat(plan).isInstanceOf(StartBuild.class);
    return (StartBuild) plan;
  }

  static FetchBuildspec asFetchBuildspec(BuildRetryPlan plan) {
    assertThat(plan).isInstanceOf(FetchBuildspec.class);
    return (FetchBuildspec) plan;
  }

  static String skipReason(BuildRetryPlan plan) {
    assertThat(plan).isInstanceOf(Skip.class);
    return ((Skip) plan).reason();
  }

  private static MirroredImage mirrored(String name) {
    var image = ImageReference.of(name);
    var digest = Digest.of(name.getBytes(StandardCharsets.UTF_8));
    return new MirroredImage(image, MIRROR.mirrorReference(image).orElseThrow(), digest);
  }

  private static MirroredImage requestedFromMirror() {
    var reference = ImageReference.of(MIRROR.registry() + "/docker-hub/library/ruby:2.7");
    return new MirroredImage(reference, reference, RUBY.digest());
  }
}
