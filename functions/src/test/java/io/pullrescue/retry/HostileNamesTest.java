package io.pullrescue.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.failure.SampleBuild;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Mirror;
import io.pullrescue.retry.RetryPlan.StartBuild;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a log or a variable says, the text that a retried build runs stays the same. */
final class HostileNamesTest {
  private static final Mirror MIRROR =
      new Mirror("123456789012.dkr.ecr.eu-west-1.amazonaws.com", Mirror.CUSTOMARY_PREFIXES);
  private static final String PLACE = MIRROR.registry() + "/docker-hub/library/";
  private static final Digest DIGEST = Digest.of(new byte[0]);
  private static final Copy RUBY = Copy.parse("ruby:2.7=" + PLACE + "ruby@" + DIGEST).orElseThrow();

  private final RetryPlanner planner = new RetryPlanner(MIRROR, RetryRules.USUAL);

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
  void aNameThatIsNoReferenceChangesNoByteOfIt(String name) {
    var forged = Map.of("PULL_RESCUE_IMAGES", name + "=" + PLACE + "alpine@" + DIGEST);

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
  void aCopyThatLiesElsewhereChangesNoByteOfIt(String place) {
    var forged = Map.of("PULL_RESCUE_IMAGES", "alpine:3.19=" + place + "@" + DIGEST);

    assertThat(buildspec(forged)).isEqualTo(buildspec(Map.of()));
  }

  @Test
  void allThatIsAddedToTheBuildspecIsTheScript() {
    var script = new RescueScript(MIRROR, RescueCommands.MIRROR).of(List.of(RUBY));
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
    var situation =
        new Situation(
            failed, new Project("shop", false, false), new History(List.of()), Instant.EPOCH);
    var plan = (StartBuild) planner.plan(situation, List.of(RUBY));
    return String.valueOf(plan.buildspec());
  }
}
