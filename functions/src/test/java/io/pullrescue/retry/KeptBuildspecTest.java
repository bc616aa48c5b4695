package io.pullrescue.retry;

import static io.pullrescue.retry.Planning.RUBY;
import static io.pullrescue.retry.Planning.goOn;
import static io.pullrescue.retry.Planning.open;
import static io.pullrescue.retry.Planning.plan;
import static io.pullrescue.retry.Planning.started;
import static io.pullrescue.retry.Planning.why;
import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.failure.SampleBuild;
import org.junit.jupiter.api.Test;

/** Builds whose buildspec is a file in their source. */
final class KeptBuildspecTest {
  @Test
  void wantsABuildspecReadThatIsKeptInTheSourceAndGoesOnAsWithAnInlineOne() {
    var inSource = SampleBuild.failedIn("BUILD").withBuildspec("./ci/buildspec.yml");
    var open = open(plan(inSource, RUBY));

    assertThat(open.place()).isEqualTo(new BuildspecPlace.InSource("ci/buildspec.yml"));
    var plan = started(goOn(open, SampleBuild.BUILDSPEC));
    var inline = started(plan(SampleBuild.failedIn("BUILD"), RUBY));
    assertThat(plan.buildspec()).isEqualTo(inline.buildspec());
    assertThat(plan.chain()).isEqualTo(inline.chain());
    assertThat(plan.original()).isEqualTo(inSource.build());
  }

  @Test
  void readsWhatCodeBuildReadsWhereNothingIsSaid() {
    assertThat(open(plan(SampleBuild.failedIn("BUILD").withBuildspec(null), RUBY)).place())
        .isEqualTo(new BuildspecPlace.InSource("buildspec.yml"));
  }

  @Test
  void aFileThatOnlyNamesAnotherFileIsNotFollowed() {
    var open = open(plan(SampleBuild.failedIn("BUILD").withBuildspec(null), RUBY));

    assertThat(why(goOn(open, "other.yml"))).contains("has phases");
    assertThat(why(goOn(open, SampleBuild.BUILDSPEC + "---\nphases: {}\n")))
        .contains("more than one YAML document");
    assertThat(why(goOn(open, SampleBuild.BUILDSPEC.replace("0.2", "0.1"))))
        .contains("not of version 0.2");
  }

  @Test
  void noSourceIsReadForABuildThatIsLeftAnyway() {
    var inSource = SampleBuild.failedIn("BUILD").withBuildspec(null);

    assertThat(why(plan(inSource.unprivileged(), RUBY))).contains("without privileged mode");
    assertThat(why(plan(inSource.startedBy("codepipeline/x"), RUBY))).contains("CodePipeline");
  }
}
