package io.pullrescue.retry;

import static io.pullrescue.retry.Planning.IN_THE_MIRROR;
import static io.pullrescue.retry.Planning.MIRROR;
import static io.pullrescue.retry.Planning.RUBY;
import static io.pullrescue.retry.Planning.open;
import static io.pullrescue.retry.Planning.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.failure.SampleBuild;
import io.pullrescue.retry.RetryPlan.RetryWhole;
import io.pullrescue.retry.RetryRules.ProjectChanges;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Builds that a pipeline or a batch started: they run again with the whole. */
final class WholePlanTest {
  @Test
  void aStageOrBatchRetriesItselfOnceTheReferenceIsInTheMirror() {
    var copy = IN_THE_MIRROR;

    assertThat(plan(SampleBuild.failedIn("BUILD").startedBy("codepipeline/x"), copy))
        .isInstanceOfSatisfying(
            RetryWhole.class,
            it -> {
              assertThat(it.whole()).isEqualTo(new Whole.Stage("x"));
              assertThat(it.change()).isNull();
            });
    var image = SampleBuild.failedIn("PROVISIONING").withImage(copy.image().toString());
    assertThat(plan(image.inABatch(), copy))
        .isInstanceOfSatisfying(
            RetryWhole.class,
            it -> assertThat(it.whole()).isEqualTo(new Whole.Batch("shop:batch")));
  }

  @Test
  void aStageOrBatchGetsTheCopyByWayOfItsProjectWhereThatIsAllowed() {
    var allowed =
        new Planning(new RetryRules(3, 20, ProjectChanges.UNTIL_GREEN, RescueCommands.MIRROR));
    var image = SampleBuild.failedIn("PROVISIONING").startedBy("codepipeline/x");
    var commands = SampleBuild.failedIn("BUILD").inABatch();
    var inSource = SampleBuild.failedIn("BUILD").startedBy("codepipeline/x").withBuildspec(null);

    assertThat(change(allowed.plan(image, List.of(), RUBY)).environmentImage())
        .isEqualTo(RUBY.copy());
    assertThat(change(allowed.plan(commands, List.of(), RUBY)).buildspec())
        .contains(": pull-rescue");
    var open = open(allowed.plan(inSource, List.of(), RUBY));
    assertThat(
            change(new RetryPlanner(MIRROR, allowed.rules()).plan(open, SampleBuild.BUILDSPEC))
                .buildspec())
        .contains(": pull-rescue");
  }

  private static ProjectChange change(RetryPlan plan) {
    assertThat(plan).isInstanceOf(RetryWhole.class);
    return Objects.requireNonNull(((RetryWhole) plan).change());
  }
}
