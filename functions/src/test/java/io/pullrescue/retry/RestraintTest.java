package io.pullrescue.retry;

import static io.pullrescue.retry.Planning.NODE;
import static io.pullrescue.retry.Planning.NOW;
import static io.pullrescue.retry.Planning.RUBY;
import static io.pullrescue.retry.Planning.plan;
import static io.pullrescue.retry.Planning.started;
import static io.pullrescue.retry.Planning.why;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.failure.SampleBuild;
import io.pullrescue.image.ImageReference;
import io.pullrescue.retry.RetryPlan.Running;
import io.pullrescue.retry.RetryPlan.StartBuild;
import io.pullrescue.retry.RetryRules.ProjectChanges;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What keeps a retry from doing harm: loops, stampedes, the work of others. */
final class RestraintTest {
  @Test
  void aRetryThatFailsOnTheSameImageIsNotRetried() {
    var chain = new Chain("shop:first", 1, List.of(RUBY));

    assertThat(why(plan(SampleBuild.failedIn("BUILD").withVariables(chain.variables()), RUBY)))
        .contains("already had the copy of ruby:2.7");
  }

  @Test
  void aChainEndsAtItsLimit() {
    var chain = new Chain("shop:first", 3, List.of(RUBY));

    assertThat(why(plan(SampleBuild.failedIn("BUILD").withVariables(chain.variables()), NODE)))
        .contains("3 is most");
  }

  @Test
  void aForgedAttemptIsOneTooMany() {
    var forged =
        SampleBuild.failedIn("BUILD").withVariables(new Chain("x", -1, List.of()).variables());

    assertThat(why(plan(forged, RUBY))).contains("is most");
  }

  @Test
  void copiesThatTheMirrorDoesNotKeepAreForgotten() {
    var foreign =
        new Copy(
            ImageReference.of("ruby:2.7"),
            ImageReference.of("evil.example.com/ruby:2.7"),
            RUBY.digest());
    var chain = new Chain("shop:first", 1, List.of(foreign));

    var plan = started(plan(SampleBuild.failedIn("BUILD").withVariables(chain.variables()), NODE));

    assertThat(plan.buildspec()).doesNotContain("evil.example.com");
  }

  @Test
  void leavesWhatSomebodyElseRetries() {
    assertThat(why(plan(SampleBuild.failedIn("BUILD").retriedByCodeBuildItself(), RUBY)))
        .contains("auto-retry");
    assertThat(why(plan(SampleBuild.failedIn("BUILD").inABatch(), RUBY))).contains("batch build");
    assertThat(why(plan(SampleBuild.failedIn("BUILD").startedBy("codepipeline/x"), RUBY)))
        .contains("CodePipeline");
  }

  @Test
  void aProbeIsNeverRunAgain() {
    var probe = SampleBuild.failedIn("BUILD").withVariables(new Probe("x", "y").variables());

    assertThat(why(plan(probe, RUBY))).contains("is a probe");
  }

  @Test
  void whatRunsAgainAlreadyIsNotStartedTwice() {
    var build = SampleBuild.failedIn("BUILD");
    var again = build.withVariables(started(plan(build, RUBY)).chain().variables()).build();

    assertThat(new Planning(RetryRules.USUAL).plan(build, List.of(again), RUBY))
        .isEqualTo(new Running(again.id()));
  }

  @Test
  void aProjectIsNotRunAgainAndAgainWithinAnHour() {
    var often = new Planning(new RetryRules(3, 2, ProjectChanges.OFF, RescueCommands.MIRROR));
    var other =
        SampleBuild.failedIn("BUILD")
            .withVariables(new Chain("shop:other", 1, List.of()).variables());
    var lately = other.startedAt(NOW.minusSeconds(3599)).build();
    var before = other.startedAt(NOW.minusSeconds(3601)).build();

    assertThat(often.plan(SampleBuild.failedIn("BUILD"), List.of(lately, before), RUBY))
        .isInstanceOf(StartBuild.class);
    assertThat(why(often.plan(SampleBuild.failedIn("BUILD"), List.of(lately, lately), RUBY)))
        .isEqualTo("2 builds of its project ran again within the last hour; 2 is most");
  }
}
