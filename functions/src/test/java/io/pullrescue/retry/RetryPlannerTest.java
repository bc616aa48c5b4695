package io.pullrescue.retry;

import static io.pullrescue.retry.Planning.IN_THE_MIRROR;
import static io.pullrescue.retry.Planning.MIRROR;
import static io.pullrescue.retry.Planning.NODE;
import static io.pullrescue.retry.Planning.RUBY;
import static io.pullrescue.retry.Planning.plan;
import static io.pullrescue.retry.Planning.started;
import static io.pullrescue.retry.Planning.why;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.failure.SampleBuild;
import io.pullrescue.image.ImageReference;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RetryPlannerTest {
  @Test
  void runsInTheCopyWhenTheEnvironmentImageCouldNotBePulled() {
    var plan = started(plan(SampleBuild.failedIn("PROVISIONING"), RUBY));

    assertThat(plan.environmentImage()).isEqualTo(RUBY.copy());
    assertThat(plan.buildspec()).isNull();
  }

  @Test
  void runsInTheCopyThatTheProjectReferredToBeforeItWasThere() {
    var missing = MIRROR.copyOf(ImageReference.of("ruby:2.7")).orElseThrow().toString();
    var plan = started(plan(SampleBuild.failedIn("PROVISIONING").withImage(missing), RUBY));

    assertThat(plan.environmentImage()).isEqualTo(RUBY.copy());
  }

  @Test
  void putsTheRescueCommandsBeforeAllOthersWhenACommandCouldNotPull() {
    var plan = started(plan(SampleBuild.failedIn("BUILD"), RUBY));

    assertThat(plan.environmentImage()).isNull();
    assertThat(plan.buildspec())
        .startsWith("version: 0.2\nphases:\n  build:\n    commands:\n      - \": pull-rescue\\n")
        .contains("'library/ruby:2.7=docker-hub/library/ruby@" + RUBY.digest() + "'")
        .endsWith("\n      - docker build -t app .\n");
  }

  @Test
  void theNewBuildKnowsWhereItStands() {
    var plan = started(plan(SampleBuild.failedIn("BUILD"), RUBY));

    assertThat(plan.chain().variables())
        .containsEntry("PULL_RESCUE_ORIGIN", SampleBuild.ID)
        .containsEntry("PULL_RESCUE_ATTEMPT", "1")
        .containsEntry("PULL_RESCUE_IMAGES", "docker.io/library/ruby:2.7=" + RUBY.copy());
  }

  @Test
  void aRetryThatFailsOnAnotherImageIsRetriedWithBoth() {
    var chain = new Chain("shop:first", 1, List.of(RUBY));

    var plan = started(plan(SampleBuild.failedIn("BUILD").withVariables(chain.variables()), NODE));

    assertThat(plan.chain()).isEqualTo(new Chain("shop:first", 2, List.of(RUBY, NODE)));
    assertThat(plan.buildspec()).contains("library/ruby").contains("library/node");
  }

  @Test
  void aLaterAttemptReplacesTheRescueCommandsOfAnEarlierOne() {
    var first = started(plan(SampleBuild.failedIn("BUILD"), RUBY));
    var again = SampleBuild.failedIn("BUILD").withBuildspec(first.buildspec());

    var second = started(plan(again.withVariables(first.chain().variables()), NODE));

    assertThat(second.buildspec()).containsOnlyOnce(": pull-rescue\\n").contains("library/node");
  }

  @Test
  void leavesWhatNoOverrideCanHelpAndSaysWhatWould() {
    assertThat(why(plan(SampleBuild.failedIn("PROVISIONING").withRegistryCredential(), RUBY)))
        .contains("registry credential")
        .contains(RUBY.copy().toString());
    assertThat(why(plan(SampleBuild.failedIn("PROVISIONING").withImage("node:18"), RUBY)))
        .contains("not among the images");
    assertThat(why(plan(SampleBuild.failedIn("BUILD").unprivileged(), RUBY)))
        .contains("without privileged mode");
    assertThat(why(plan(SampleBuild.failedIn("BUILD").withBuildspec("../buildspec.yml"), RUBY)))
        .contains("neither a text nor a plain path");
    assertThat(why(plan(SampleBuild.failedIn("BUILD").withBuildspec("phases:\n - ["), RUBY)))
        .contains("no YAML document that has phases");
  }

  @Test
  void aBuildThatNamesTheMirrorItselfRunsAgainAsItWas() {
    var plan = started(plan(SampleBuild.failedIn("BUILD").unprivileged(), IN_THE_MIRROR));

    assertThat(plan.environmentImage()).isNull();
    assertThat(plan.buildspec()).isNull();
    assertThat(
            why(
                plan(
                    SampleBuild.failedIn("BUILD").withVariables(plan.chain().variables()),
                    IN_THE_MIRROR)))
        .contains("already had the copy");
  }

  @Test
  void anEnvironmentImageInTheMirrorIsPulledWithCodeBuildsOwnCredentialsFromThenOn() {
    var copy = IN_THE_MIRROR;
    var image = SampleBuild.failedIn("PROVISIONING").withImage(copy.image().toString());

    assertThat(started(plan(image, copy)).environmentImage()).isEqualTo(copy.copy());
  }
}
