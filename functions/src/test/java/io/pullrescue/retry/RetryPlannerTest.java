package io.pullrescue.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.failure.Build;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.replication.Mirror;
import io.pullrescue.retry.RetryPlan.Leave;
import io.pullrescue.retry.RetryPlan.ReadBuildspec;
import io.pullrescue.retry.RetryPlan.RetryWhole;
import io.pullrescue.retry.RetryPlan.Running;
import io.pullrescue.retry.RetryPlan.StartBuild;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class RetryPlannerTest {
  private static final Mirror MIRROR =
      new Mirror("123456789012.dkr.ecr.eu-west-1.amazonaws.com", Mirror.CUSTOMARY_PREFIXES);
  private static final Instant NOW = Instant.parse("2026-06-15T10:31:04Z");
  private static final Copy RUBY = copy("ruby:2.7");
  private static final Copy NODE = copy("node:18");

  private final RetryPlanner planner = new RetryPlanner(MIRROR, RetryRules.USUAL);

  @Test
  void runsInTheCopyWhenTheEnvironmentImageCouldNotBePulled() {
    var plan = started(plan(FailedBuild.inPhase("PROVISIONING"), RUBY));

    assertThat(plan.environmentImage()).isEqualTo(RUBY.copy());
    assertThat(plan.buildspec()).isNull();
  }

  @Test
  void runsInTheCopyThatTheProjectReferredToBeforeItWasThere() {
    var missing = MIRROR.copyOf(ImageReference.of("ruby:2.7")).orElseThrow().toString();
    var plan = started(plan(FailedBuild.inPhase("PROVISIONING").withImage(missing), RUBY));

    assertThat(plan.environmentImage()).isEqualTo(RUBY.copy());
  }

  @Test
  void putsTheRescueCommandsBeforeAllOthersWhenACommandCouldNotPull() {
    var plan = started(plan(FailedBuild.inPhase("BUILD"), RUBY));

    assertThat(plan.environmentImage()).isNull();
    assertThat(plan.buildspec())
        .startsWith("version: 0.2\nphases:\n  build:\n    commands:\n      - \": pull-rescue\\n")
        .contains("'library/ruby:2.7=docker-hub/library/ruby@" + RUBY.digest() + "'")
        .endsWith("\n      - docker build -t app .\n");
  }

  @Test
  void theNewBuildKnowsWhereItStands() {
    var plan = started(plan(FailedBuild.inPhase("BUILD"), RUBY));

    assertThat(plan.chain().variables())
        .containsEntry("PULL_RESCUE_ORIGIN", FailedBuild.ID)
        .containsEntry("PULL_RESCUE_ATTEMPT", "1")
        .containsEntry("PULL_RESCUE_IMAGES", "docker.io/library/ruby:2.7=" + RUBY.copy());
  }

  @Test
  void aRetryThatFailsOnTheSameImageIsNotRetried() {
    var chain = new Chain("shop:first", 1, List.of(RUBY));

    assertThat(why(plan(FailedBuild.inPhase("BUILD").ofChain(chain), RUBY)))
        .contains("already had the copy of ruby:2.7");
  }

  @Test
  void aRetryThatFailsOnAnotherImageIsRetriedWithBoth() {
    var chain = new Chain("shop:first", 1, List.of(RUBY));

    var plan = started(plan(FailedBuild.inPhase("BUILD").ofChain(chain), NODE));

    assertThat(plan.chain()).isEqualTo(new Chain("shop:first", 2, List.of(RUBY, NODE)));
    assertThat(plan.buildspec()).contains("library/ruby").contains("library/node");
  }

  @Test
  void aLaterAttemptReplacesTheRescueCommandsOfAnEarlierOne() {
    var first = started(plan(FailedBuild.inPhase("BUILD"), RUBY));
    var again = FailedBuild.inPhase("BUILD").withBuildspec(first.buildspec());

    var second = started(plan(again.ofChain(first.chain()), NODE));

    assertThat(second.buildspec()).containsOnlyOnce(": pull-rescue\\n").contains("library/node");
  }

  @Test
  void aChainEndsAtItsLimit() {
    var chain = new Chain("shop:first", 3, List.of(RUBY));

    assertThat(why(plan(FailedBuild.inPhase("BUILD").ofChain(chain), NODE))).contains("3 is most");
  }

  @Test
  void aForgedAttemptIsOneTooMany() {
    var forged = FailedBuild.inPhase("BUILD").ofChain(new Chain("x", -1, List.of()));

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

    var plan = started(plan(FailedBuild.inPhase("BUILD").ofChain(chain), NODE));

    assertThat(plan.buildspec()).doesNotContain("evil.example.com");
  }

  @Test
  void leavesWhatSomebodyElseRetries() {
    assertThat(why(plan(FailedBuild.inPhase("BUILD").retriedByCodeBuildItself(), RUBY)))
        .contains("auto-retry");
    assertThat(why(plan(FailedBuild.inPhase("BUILD").inABatch(), RUBY))).contains("batch build");
    assertThat(why(plan(FailedBuild.inPhase("BUILD").startedBy("codepipeline/x"), RUBY)))
        .contains("CodePipeline");
  }

  @Test
  void leavesWhatNoOverrideCanHelpAndSaysWhatWould() {
    assertThat(why(plan(FailedBuild.inPhase("PROVISIONING").withRegistryCredential(), RUBY)))
        .contains("registry credential")
        .contains(RUBY.copy().toString());
    assertThat(why(plan(FailedBuild.inPhase("PROVISIONING").withImage("node:18"), RUBY)))
        .contains("not among the images");
    assertThat(why(plan(FailedBuild.inPhase("BUILD").unprivileged(), RUBY)))
        .contains("without privileged mode");
    assertThat(why(plan(FailedBuild.inPhase("BUILD").withBuildspec("../buildspec.yml"), RUBY)))
        .contains("neither a text nor a plain path");
    assertThat(why(plan(FailedBuild.inPhase("BUILD").withBuildspec("phases:\n - ["), RUBY)))
        .contains("no YAML document that has phases");
  }

  @Test
  void wantsABuildspecReadThatIsKeptInTheSourceAndGoesOnAsWithAnInlineOne() {
    var inSource = FailedBuild.inPhase("BUILD").withBuildspec("./ci/buildspec.yml");
    var open = open(plan(inSource, RUBY));

    assertThat(open.place()).isEqualTo(new BuildspecPlace.InSource("ci/buildspec.yml"));
    var plan = started(planner.plan(open, FailedBuild.BUILDSPEC));
    var inline = started(plan(FailedBuild.inPhase("BUILD"), RUBY));
    assertThat(plan.buildspec()).isEqualTo(inline.buildspec());
    assertThat(plan.chain()).isEqualTo(inline.chain());
    assertThat(plan.original()).isEqualTo(inSource.build());
  }

  @Test
  void readsWhatCodeBuildReadsWhereNothingIsSaid() {
    assertThat(open(plan(FailedBuild.inPhase("BUILD").withBuildspec(null), RUBY)).place())
        .isEqualTo(new BuildspecPlace.InSource("buildspec.yml"));
  }

  @Test
  void aFileThatOnlyNamesAnotherFileIsNotFollowed() {
    var open = open(plan(FailedBuild.inPhase("BUILD").withBuildspec(null), RUBY));

    assertThat(why(planner.plan(open, "other.yml"))).contains("has phases");
    assertThat(why(planner.plan(open, FailedBuild.BUILDSPEC + "---\nphases: {}\n")))
        .contains("more than one YAML document");
    assertThat(why(planner.plan(open, FailedBuild.BUILDSPEC.replace("0.2", "0.1"))))
        .contains("not of version 0.2");
  }

  @Test
  void noSourceIsReadForABuildThatIsLeftAnyway() {
    var inSource = FailedBuild.inPhase("BUILD").withBuildspec(null);

    assertThat(why(plan(inSource.unprivileged(), RUBY))).contains("without privileged mode");
    assertThat(why(plan(inSource.startedBy("codepipeline/x"), RUBY))).contains("CodePipeline");
  }

  @Test
  void aProbeIsNeverRunAgain() {
    var probe = FailedBuild.inPhase("BUILD").withVariables(new Probe("x", "y").variables());

    assertThat(why(plan(probe, RUBY))).contains("is a probe");
  }

  @Test
  void aBuildThatNamesTheMirrorItselfRunsAgainAsItWas() {
    var plan = started(plan(FailedBuild.inPhase("BUILD").unprivileged(), inTheMirror()));

    assertThat(plan.environmentImage()).isNull();
    assertThat(plan.buildspec()).isNull();
    assertThat(why(plan(FailedBuild.inPhase("BUILD").ofChain(plan.chain()), inTheMirror())))
        .contains("already had the copy");
  }

  @Test
  void anEnvironmentImageInTheMirrorIsPulledWithCodeBuildsOwnCredentialsFromThenOn() {
    var copy = inTheMirror();
    var image = FailedBuild.inPhase("PROVISIONING").withImage(copy.image().toString());

    assertThat(started(plan(image, copy)).environmentImage()).isEqualTo(copy.copy());
  }

  @Test
  void aStageOrBatchRetriesItselfOnceTheReferenceIsInTheMirror() {
    var copy = inTheMirror();

    assertThat(plan(FailedBuild.inPhase("BUILD").startedBy("codepipeline/x"), copy))
        .isInstanceOfSatisfying(
            RetryWhole.class,
            it -> {
              assertThat(it.whole()).isEqualTo(new Whole.Stage("x"));
              assertThat(it.change()).isNull();
            });
    var image = FailedBuild.inPhase("PROVISIONING").withImage(copy.image().toString());
    assertThat(plan(image.inABatch(), copy))
        .isInstanceOfSatisfying(
            RetryWhole.class,
            it -> assertThat(it.whole()).isEqualTo(new Whole.Batch("shop:batch")));
  }

  private static Copy inTheMirror() {
    var reference = ImageReference.of(MIRROR.registry() + "/docker-hub/library/ruby:2.7");
    return new Copy(reference, reference, RUBY.digest());
  }

  @Test
  void aStageOrBatchGetsTheCopyByWayOfItsProjectWhereThatIsAllowed() {
    var allowed =
        new RetryPlanner(
            MIRROR,
            new RetryRules(3, 20, RetryRules.ProjectChanges.UNTIL_GREEN, RescueCommands.MIRROR));
    var image = FailedBuild.inPhase("PROVISIONING").startedBy("codepipeline/x");
    var commands = FailedBuild.inPhase("BUILD").inABatch();
    var inSource = FailedBuild.inPhase("BUILD").startedBy("codepipeline/x").withBuildspec(null);

    assertThat(change(plan(allowed, image, List.of(), RUBY)).environmentImage())
        .isEqualTo(RUBY.copy());
    assertThat(change(plan(allowed, commands, List.of(), RUBY)).buildspec())
        .contains(": pull-rescue");
    var open = open(plan(allowed, inSource, List.of(), RUBY));
    assertThat(change(allowed.plan(open, FailedBuild.BUILDSPEC)).buildspec())
        .contains(": pull-rescue");
  }

  @Test
  void whatRunsAgainAlreadyIsNotStartedTwice() {
    var build = FailedBuild.inPhase("BUILD");
    var again = build.ofChain(started(plan(build, RUBY)).chain()).build();

    assertThat(plan(planner, build, List.of(again), RUBY)).isEqualTo(new Running(again.id()));
  }

  @Test
  void aProjectIsNotRunAgainAndAgainWithinAnHour() {
    var often =
        new RetryPlanner(
            MIRROR, new RetryRules(3, 2, RetryRules.ProjectChanges.OFF, RescueCommands.MIRROR));
    var other = FailedBuild.inPhase("BUILD").ofChain(new Chain("shop:other", 1, List.of()));
    var lately = other.startedAt(NOW.minusSeconds(3599)).build();
    var before = other.startedAt(NOW.minusSeconds(3601)).build();

    assertThat(plan(often, FailedBuild.inPhase("BUILD"), List.of(lately, before), RUBY))
        .isInstanceOf(StartBuild.class);
    assertThat(why(plan(often, FailedBuild.inPhase("BUILD"), List.of(lately, lately), RUBY)))
        .isEqualTo("2 builds of its project ran again within the last hour; 2 is most");
  }

  private static ProjectChange change(RetryPlan plan) {
    assertThat(plan).isInstanceOf(RetryWhole.class);
    return Objects.requireNonNull(((RetryWhole) plan).change());
  }

  private static ReadBuildspec open(RetryPlan plan) {
    assertThat(plan).isInstanceOf(ReadBuildspec.class);
    return (ReadBuildspec) plan;
  }

  private RetryPlan plan(FailedBuild build, Copy... copies) {
    return plan(planner, build, List.of(), copies);
  }

  private static RetryPlan plan(
      RetryPlanner planner, FailedBuild build, List<Build> before, Copy... copies) {
    var project = new Project("shop", false, false);
    var situation = new Situation(build.build(), project, new History(before), NOW);
    return planner.plan(situation, List.of(copies));
  }

  private static StartBuild started(RetryPlan plan) {
    assertThat(plan).isInstanceOf(StartBuild.class);
    return (StartBuild) plan;
  }

  private static String why(RetryPlan plan) {
    assertThat(plan).isInstanceOf(Leave.class);
    return ((Leave) plan).why();
  }

  private static Copy copy(String name) {
    var image = ImageReference.of(name);
    return new Copy(
        image,
        MIRROR.copyOf(image).orElseThrow(),
        Digest.of(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }
}
