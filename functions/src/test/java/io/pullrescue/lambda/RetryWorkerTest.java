package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.failure.SampleBuild;
import io.pullrescue.image.ImageReference;
import io.pullrescue.lambda.Message.Outcome.Done;
import io.pullrescue.lambda.Message.Outcome.Later;
import io.pullrescue.lambda.Settings.Mode;
import io.pullrescue.report.Announcement.Retried;
import io.pullrescue.report.Announcement.RetryRefused;
import io.pullrescue.report.BusEvent;
import io.pullrescue.retry.BuildspecReader;
import io.pullrescue.retry.Copy;
import io.pullrescue.retry.Project;
import io.pullrescue.retry.Readiness;
import io.pullrescue.retry.RescueCommands;
import io.pullrescue.retry.RetryPlanner;
import io.pullrescue.retry.RetryRules;
import io.pullrescue.retry.RetryRules.ProjectChanges;
import io.pullrescue.retry.SourceFile;
import io.pullrescue.retry.Whole;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RetryWorkerTest {
  private static final String REPLICATED = "rescue/image-replicated.json";

  private final Account account = new Account();
  private final Rescued.Ears ears = new Rescued.Ears();
  private final Map<ImageReference, Copy> mirror = new HashMap<>();
  private Mode mode = Mode.RESCUE;
  private ProjectChanges changes = ProjectChanges.OFF;
  private int maximum = 3;

  @BeforeEach
  void aBuildHasFailed() {
    aBuildOf("someone");
  }

  @Test
  void startsTheBuildAgainWithTheCopyThatArrived() {
    assertThat(summary(REPLICATED)).contains("started shop:again-1, attempt 1, with ruby:2.7");
    assertThat(account.started).hasSize(1);
    assertThat(ears.last()).isInstanceOf(Retried.class);
  }

  @Test
  void startsItOnlyOnceHoweverOftenItIsTold() {
    summary(REPLICATED);

    assertThat(summary(REPLICATED)).contains("runs again already, as shop:again-1");
    assertThat(account.started).hasSize(1);
    assertThat(ears.heard).hasSize(1);
  }

  @Test
  void waitsUntilTheLastOfItsImagesIsThere() {
    var event =
        Rescued.sample(REPLICATED)
            .replaceFirst("\"images\": \\[", "\"images\": [\"docker.io/library/node:18\", ");

    assertThat(worker().work(new Message("1", event, 1, null), Rescued.context(1)))
        .isEqualTo(new Done(Rescued.BUILD + " still waits for node:18"));

    var node = ImageReference.of("node:18");
    mirror.put(node, Rescued.copy(node));
    worker().work(new Message("2", event, 1, null), Rescued.context(1));
    assertThat(account.started)
        .singleElement()
        .satisfies(plan -> assertThat(plan.chain().copies()).hasSize(2));
  }

  @Test
  void saysWhyItDoesNotStartItAgain() {
    maximum = 0;

    assertThat(summary(REPLICATED)).contains("did not run").contains("0 is most");
    assertThat(ears.last())
        .asInstanceOf(type(RetryRefused.class))
        .extracting(it -> BusEvent.of(it).detailType())
        .isEqualTo("Retry Refused");
    assertThat(account.started).isEmpty();
  }

  @Test
  void runsNothingAgainUnlessTheModeIsRescue() {
    mode = Mode.REPLICATE;

    assertThat(summary(REPLICATED)).startsWith("ignored: the mode is");
    assertThat(account.started).isEmpty();
  }

  @Test
  void ignoresATaskThatEcsHasForgotten() {
    assertThat(summary("rescue/image-replicated-for-task.json")).contains("ECS knows no task");
    assertThat(summary("rescue/image-replicated-for-job.json")).contains("Batch knows no job");
    assertThat(ears.heard).isEmpty();
  }

  @Test
  void ignoresWhatIsNotForIt() {
    assertThat(summary("codebuild/build-failed-rate-limit.json")).startsWith("ignored: ");
    assertThat(summary("codebuild/build-succeeded.json")).startsWith("ignored: ");
    account.builds.clear();
    assertThat(summary(REPLICATED)).contains("CodeBuild knows no build");
  }

  @Test
  void saysNothingOfWhatTheBuildWasGivenAsVariables() {
    summary(REPLICATED);

    assertThat(BusEvent.of(ears.heard.getFirst()).detail()).doesNotContain(Rescued.SECRET);
    assertThat(ears.heard.toString()).doesNotContain(Rescued.SECRET);
  }

  private String summary(String sample) {
    var outcome = worker().work(Rescued.event(sample), Rescued.context(1));
    assertThat(outcome).isInstanceOf(Done.class);
    return ((Done) outcome).summary();
  }

  @Test
  void runsTheFailedActionsOfAStageAgainWhereThePipelinesReferenceIsInTheMirror() {
    aBuildOf("codepipeline/shop");
    var copy = Rescued.copy(Rescued.RUBY).copy().toString();
    var event = Rescued.sample(REPLICATED).replaceAll("docker.io/library/ruby:2.7", untagged(copy));

    assertThat(done(event)).contains("started the failed actions of stage Build");
    assertThat(account.retried).containsExactly(new Whole.Stage("shop"));
    assertThat(account.changes).isEmpty();
  }

  @Test
  void putsTheCopyIntoTheProjectOfAPipelineWhereThatIsAllowed() {
    aBuildOf("codepipeline/shop");
    changes = ProjectChanges.UNTIL_GREEN;

    assertThat(summary(REPLICATED)).contains("(by rescue commands put into the project)");
    assertThat(account.changes)
        .singleElement()
        .satisfies(it -> assertThat(it.buildspec()).contains(": pull-rescue"));
    assertThat(account.retried).hasSize(1);
    assertThat(account.started).isEmpty();
  }

  @Test
  void changesNoProjectBeforeItsStageHasEnded() {
    aBuildOf("codepipeline/shop");
    changes = ProjectChanges.UNTIL_GREEN;
    account.readiness = new Readiness.NotYet("the stage has not ended");

    assertThat(worker().work(Rescued.event(REPLICATED), Rescued.context(1)))
        .isEqualTo(new Later("the stage has not ended", Duration.ofSeconds(15)));
    assertThat(worker().work(received(5), Rescued.context(1)))
        .isEqualTo(
            new Done(
                Rescued.BUILD
                    + ": did not run "
                    + Rescued.BUILD
                    + " again: the stage has not ended, for too long"));
    account.readiness = new Readiness.Never("its pipeline has moved on");
    assertThat(summary(REPLICATED)).contains("its pipeline has moved on");
    account.readiness = new Readiness.Ready("Build", "execution-1", 3);
    assertThat(summary(REPLICATED)).contains("it is retry number 3; 3 is most");
    assertThat(account.changes).isEmpty();
    assertThat(account.retried).isEmpty();
  }

  @Test
  void leavesProjectsAloneThatAreSwitchedOffOrRunOthersJobs() {
    account.project = new Project("shop", true, false);
    assertThat(summary(REPLICATED)).contains("has the tag pull-rescue = off");
    account.project = new Project("shop", false, true);
    assertThat(summary(REPLICATED)).contains("runs jobs that another service hands out");
    assertThat(account.started).isEmpty();
  }

  private void aBuildOf(String initiator) {
    account.builds.put(
        Rescued.BUILD, SampleBuild.like(Rescued.failedBuild()).startedBy(initiator).build());
  }

  private static String untagged(String copy) {
    return copy.substring(0, copy.indexOf('@')) + ":2.7";
  }

  private String done(String event) {
    var outcome = worker().work(new Message("1", event, 1, null), Rescued.context(1));
    assertThat(outcome).isInstanceOf(Done.class);
    return ((Done) outcome).summary();
  }

  private static Message received(int times) {
    return new Message("1", Rescued.sample(REPLICATED), times, null);
  }

  private RetryWorker worker() {
    var rules = new RetryRules(maximum, 20, changes, RescueCommands.MIRROR);
    var planner = new RetryPlanner(Rescued.MIRROR, rules);
    var buildspecs = new BuildspecReader(new OneFile(new SourceFile.Missing()), null);
    var copies = new AwaitedCopies(image -> Optional.ofNullable(mirror.get(image)));
    return new RetryWorker(
        mode,
        account,
        account,
        account,
        copies,
        planner,
        new PlannedRetry(planner, buildspecs, account, account, account, ears),
        new Cluster().withoutTasks(copies, ears),
        new Aftermath(Rescued.MIRROR, account, account, changes, ears),
        InstantSource.system());
  }
}
