package io.pullrescue.workload.codebuild;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.config.ImageSubstitution;
import io.pullrescue.config.MirrorNaming;
import io.pullrescue.config.RetryConfig;
import io.pullrescue.ecr.MirroredImage;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.testing.SampleBuild;
import io.pullrescue.testing.TestFixtures;
import io.pullrescue.workload.codebuild.BuildRetryPlan.StartBuild;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that untrusted logs and variables cannot change the commands of a retried build. */
final class BuildRetryPlannerInjectionTest {
  private static final MirrorNaming MIRROR =
      new MirrorNaming(
          "123456789012.dkr.ecr.eu-west-1.amazonaws.com", MirrorNaming.DEFAULT_PREFIXES);
  private static final String MIRROR_REPOSITORY_PREFIX = MIRROR.registry() + "/docker-hub/library/";
  private static final Digest DIGEST = Digest.of(new byte[0]);
  private static final MirroredImage MIRRORED_RUBY =
      MirroredImage.parse("ruby:2.7=" + MIRROR_REPOSITORY_PREFIX + "ruby@" + DIGEST).orElseThrow();

  private final BuildRetryPlanner planner = new BuildRetryPlanner(MIRROR, RetryConfig.DEFAULTS);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alpine:1'; reboot #",
        "alpine:$(reboot)",
        "alpine:`reboot`",
        "alpine:1 || reboot",
        "alpine:1\nreboot",
        "alpine:1\nEND_OF_MIRROR\nreboot",
        "alpine:1\"]}}",
        "alpine:1\u001b[2J",
        "alpine:1\\",
        "alpine:1%s",
        "--config=/tmp/x",
        "alpine:1',__import__('os').system('reboot'),'"
      })
  void ignoresNamesThatAreNotReferences(String name) {
    var forged =
        Map.of("PULL_RESCUE_IMAGES", name + "=" + MIRROR_REPOSITORY_PREFIX + "alpine@" + DIGEST);

    assertThat(ImageReference.parse(name)).isEmpty();
    assertThat(buildspec(forged)).isEqualTo(buildspec(Map.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example.com/docker-hub/library/alpine",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com/other/alpine",
        "210987654321.dkr.ecr.eu-west-1.amazonaws.com/docker-hub/library/alpine"
      })
  void ignoresImagesOutsideMirror(String repository) {
    var forged = Map.of("PULL_RESCUE_IMAGES", "alpine:3.19=" + repository + "@" + DIGEST);

    assertThat(buildspec(forged)).isEqualTo(buildspec(Map.of()));
  }

  @Test
  void addsOnlyScriptToBuildspec() {
    var script =
        new ImageSubstitutionScript(MIRROR, ImageSubstitution.MIRROR)
            .render(List.of(MIRRORED_RUBY))
            .findFirst()
            .orElseThrow();
    var quoted = script.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");

    assertThat(buildspec(Map.of()))
        .isEqualTo(
            """
            version: 0.2
            phases:
              build:
                commands:
                  - "%s"
                  - docker build -t app .
            """
                .formatted(quoted));
  }

  private String buildspec(Map<String, String> variables) {
    var failed = SampleBuild.failedIn("BUILD").withVariables(variables).build();
    var context =
        new RetryContext(
            failed,
            SampleBuild.project(),
            new BuildHistory(List.of(), true, TestFixtures.RETRY_ROLE),
            false,
            List.of(),
            Instant.EPOCH);
    var plan = (StartBuild) planner.plan(context, List.of(MIRRORED_RUBY));
    return String.valueOf(plan.buildspec());
  }
}
